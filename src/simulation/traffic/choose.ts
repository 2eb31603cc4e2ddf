/** Which of a rule's backends answers a request. */
import { cookieOf } from './conditions.ts';
import type { Backend, Headers } from './split.ts';

/** One of the backends, by weight and a number from 0 to 1, then by the request's cookie; null when no weight is left. */
export function choose(backends: readonly Backend[], lot: number, headers: Headers): Backend | null {
  const drawn = draw(backends, lot);
  if (drawn?.sticky === undefined) return drawn;
  const named = cookieOf(headers, drawn.sticky);
  return backends.find(({ sticky, service, weight }) => sticky === drawn.sticky && service === named && weight > 0) ?? drawn;
}

/** What an answer of a backend hands out, as a header `Set-Cookie` has it; null for nothing. */
export function cookieFrom({ cookie, sticky, service }: Backend): string | null {
  return cookie ?? (sticky === undefined ? null : `${sticky}=${service}; Path=/`);
}

function draw(backends: readonly Backend[], lot: number): Backend | null {
  const total = backends.reduce((sum, backend) => sum + backend.weight, 0);
  let rest = lot * total;
  for (const backend of backends) {
    if (backend.weight > 0 && rest < backend.weight) return backend;
    rest -= backend.weight;
  }
  return null;
}
