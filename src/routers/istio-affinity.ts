import { RolloutError } from '../errors.ts';
import { at, record, text } from '../manifests/json.ts';
import type { Role } from '../model/stage.ts';
import type { Cookie } from './gateway-affinity.ts';

type Fields = Readonly<Record<string, unknown>>;

const HEADER = 'Set-Cookie';

/**
 * A destination that tells the user's browser which version answered: Istio knows no affinity between weighted destinations.
 * @throws RolloutError UNSUPPORTED when it sets a cookie already.
 */
export function withCookie(entry: Fields, role: Role, { name, canary }: Cookie): Fields {
  const added = record(at(entry, 'headers.response.add'));
  if (Object.keys(added).some(header => header.toLowerCase() === HEADER.toLowerCase())) {
    throw new RolloutError(
      'UNSUPPORTED',
      'a destination of the VirtualService sets a cookie by itself, and Istio adds one value for each header',
      'Deploy without affinity, or set that cookie in the application.',
    );
  }
  return withAdded(entry, { ...added, [HEADER]: `${name}=${role}.${canary}; Path=/; HttpOnly; SameSite=Lax` });
}

/** The destination without what `withCookie` added. */
export function withoutCookie(entry: Fields, cookie: Cookie): Fields {
  if (!setsCookie(entry, cookie)) return entry;
  const { [HEADER]: _cookie, ...added } = record(at(entry, 'headers.response.add'));
  return withAdded(entry, added);
}

/** Whether the destination sets our cookie. */
export const setsCookie = (entry: Fields, { name }: Cookie): boolean =>
  text(record(at(entry, 'headers.response.add'))[HEADER]).startsWith(`${name}=`);

function withAdded(entry: Fields, added: Fields): Fields {
  const { headers, ...rest } = entry;
  const { response, ...others } = record(headers);
  const { add: _add, ...modifiers } = record(response);
  const answers = { ...modifiers, ...(Object.keys(added).length > 0 ? { add: added } : {}) };
  const filled = { ...others, ...(Object.keys(answers).length > 0 ? { response: answers } : {}) };
  return Object.keys(filled).length > 0 ? { ...rest, headers: filled } : rest;
}
