/** What a user of the simulated cluster asks for, as the core takes it. */
import { randomUUID } from 'node:crypto';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { release } from '../../src/manifests/release.ts';
import type { Inputs, Manifest, Request, Run } from '../../src/model/request.ts';

/** Who asks for what; `timing` replaces the waits, in fractions of seconds that no input can name. */
export interface Wish {
  readonly raw: RawInputs;
  readonly manifests: readonly Manifest[];
  readonly run: Run;
  readonly timing?: Partial<Pick<Inputs, 'trafficDelaySeconds' | 'drainSeconds'>>;
}

/** The request for the namespace `default`, its inputs read as those of the terminal are. Throws INVALID_INPUT. */
export function requestOf({ raw, manifests, run, timing }: Wish): Request {
  const { inputs } = parseInputs(raw, 'terminal');
  return {
    inputs: { ...inputs, ...timing },
    namespace: inputs.namespace ?? 'default',
    manifests,
    release: manifests.length === 0 ? null : release(manifests),
    run,
    process: randomUUID(),
  };
}
