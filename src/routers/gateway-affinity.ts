import { RolloutError } from '../errors.ts';
import { hash, records, text } from '../manifests/json.ts';
import { derived } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Role } from '../model/stage.ts';
import { deploymentAt } from '../workloads/deployment.ts';
import { cookiePattern, escaped, type HeaderPattern } from './header-pattern.ts';

type Fields = Readonly<Record<string, unknown>>;

const PREFIX = 'kubernetes-rollout-';
const SET_COOKIE = 'Set-Cookie';

/** The cookie that remembers which version a user got. Its values are of one canary: an older one's cookie binds nobody. */
export interface Cookie {
  readonly name: string;
  /** What follows the role in the value. */
  readonly canary: string;
}

/** The cookie of a root, for the canary that runs now. */
export function cookieOf({ namespace, workload, service }: Root, { objects }: Live): Cookie {
  const canary = objects[keyOf(deploymentAt({ namespace, name: derived(workload, 'canary') }))];
  return { name: `${PREFIX}${service}`, canary: hash(canary?.metadata.uid ?? '') };
}

/** Requests of those who got this role before. */
export const holds = ({ name, canary }: Cookie, role: Role): HeaderPattern => ({
  name: 'Cookie',
  type: 'RegularExpression',
  value: cookiePattern(name, escaped(`${role}.${canary}`)),
});

/** Whether a rule is there for those who got a role before. */
export const isForHolders = (rule: Fields): boolean =>
  records(rule.matches).some(({ headers }) => records(headers).some(({ value }) => text(value).includes(`${escaped(PREFIX)}`)));

/** The backend entry, its answers telling which role it is. A rule may bear one filter of this type: the user's is extended. */
export function withCookie(fields: Fields, role: Role, { name, canary }: Cookie): Fields {
  const cookie = { name: SET_COOKIE, value: `${name}=${role}.${canary}; Path=/; HttpOnly; SameSite=Lax` };
  const filters = records(fields.filters);
  const own = filters.find(({ type }) => type === 'ResponseHeaderModifier');
  const { add, ...modifier } = own ? fieldsIn(own) : {};
  if (records(add).some(header => text(header.name).toLowerCase() === SET_COOKIE.toLowerCase())) throw takenHeader();
  const filter = { type: 'ResponseHeaderModifier', responseHeaderModifier: { ...modifier, add: [...records(add), cookie] } };
  return { ...fields, filters: own ? filters.map(other => (other === own ? filter : other)) : [...filters, filter] };
}

/** The backend entry without what `withCookie` added. */
export function withoutCookie(fields: Fields): Fields {
  if (!setsCookie(fields)) return fields;
  const { filters, ...rest } = fields;
  const kept = records(filters).flatMap(filter => (filter.type === 'ResponseHeaderModifier' ? withoutHeader(filter) : [filter]));
  return kept.length > 0 ? { ...rest, filters: kept } : rest;
}

/** Whether a backend entry bears our cookie. */
export const setsCookie = (fields: Fields): boolean =>
  records(fields.filters).some(filter => records(fieldsIn(filter).add).some(isOurHeader));

function withoutHeader(filter: Fields): readonly Fields[] {
  const { add, ...modifier } = fieldsIn(filter);
  const kept = records(add).filter(header => !isOurHeader(header));
  const left = { ...modifier, ...(kept.length > 0 ? { add: kept } : {}) };
  return Object.keys(left).length > 0 ? [{ ...filter, responseHeaderModifier: left }] : [];
}

const isOurHeader = ({ name, value }: Fields): boolean => name === SET_COOKIE && text(value).startsWith(PREFIX);

const fieldsIn = ({ responseHeaderModifier }: Fields): Fields => records([responseHeaderModifier])[0] ?? {};

const takenHeader = (): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    'a backend of the route adds a Set-Cookie header already, and one filter adds a header once: affinity cannot add its own',
    'Set that cookie in the application, or deploy without affinity.',
  );
