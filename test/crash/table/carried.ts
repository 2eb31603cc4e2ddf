/** Which strategies a method can carry: what it cannot is no row of the table, and `left-out.test.ts` has the reasons. */
import { RolloutError } from '../../../src/errors.ts';
import { parseInputs } from '../../../src/inputs/parse.ts';
import { refuseInability } from '../../../src/plan/refusals/abilities.ts';
import { routers } from '../../../src/routers/index.ts';
import { pod } from '../../../src/routers/pod.ts';
import { strategies } from '../../../src/strategies/index.ts';
import type { Method } from './methods.ts';
import { isInPlace, type Opening, opens, type Way } from './rows.ts';

/** Every strategy by every method, whether or not it can carry it. */
export const waysBy = (methods: readonly Method[]): readonly Way[] =>
  Object.keys(strategies).flatMap(strategy => methods.map(method => ({ strategy, method })));

/** Why the method cannot carry the opening, as a deploy tells before its first write; null where it can. */
export function inabilityOf(way: Way, opening: Opening): string | null {
  if (isInPlace(way.strategy)) return way.method.name === 'pod' ? null : 'what changes stable itself goes by no method';
  try {
    const { inputs } = parseInputs({ manifests: 'web.yaml', ...opens(way, opening) }, 'terminal');
    refuseInability(inputs, [routers[way.method.name] ?? pod], { versions: {}, hasShadows: false });
    return null;
  } catch (error) {
    if (error instanceof RolloutError && (error.code === 'UNSUPPORTED' || error.code === 'INVALID_INPUT')) return error.message;
    throw error;
  }
}
