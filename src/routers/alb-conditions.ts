import { at, items, record, text } from '../manifests/json.ts';
import type { Match } from '../model/stage.ts';
import { unsupported } from './alb-actions.ts';
import { parsed } from './parsed.ts';

type Fields = Readonly<Record<string, unknown>>;

const ANY = '*';

/** The conditions of a rule, as its annotation has them; none without one. */
export const conditionsIn = (annotation: string | undefined): readonly Fields[] => items(parsed(annotation)).map(record);

/** The condition that a request bears a header. @throws RolloutError UNSUPPORTED for what a load balancer cannot compare. */
export function conditionFor({ kind, name, value, how }: Match): Fields {
  if (kind === 'cookie' || how === 'regex') throw unsupported('it matches headers by their text', 'Match by a header, exact or by prefix.');
  if (/[*?]/.test(value)) throw unsupported(`* and ? stand for other characters in a header: ${name}`, 'Match by a value without them.');
  return { field: 'http-header', httpHeaderConfig: { httpHeaderName: name, values: [how === 'prefix' ? `${value}${ANY}` : value] } };
}

/** The match that `conditionFor` was given. */
export function matchIn(condition: Fields): Match {
  const name = text(at(condition, 'httpHeaderConfig.httpHeaderName'));
  const value = text(items(at(condition, 'httpHeaderConfig.values'))[0]);
  return value.endsWith(ANY)
    ? { kind: 'header', name, value: value.slice(0, -ANY.length), how: 'prefix' }
    : { kind: 'header', name, value, how: 'exact' };
}
