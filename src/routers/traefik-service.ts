import { at, hash, number, record, records, text } from '../manifests/json.ts';
import { derived, isOurs, ourLabels } from '../manifests/names.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Role, Traffic } from '../model/stage.ts';
import { type Backend, checked, roleOf, serviceOf, weightsOf } from './backends.ts';
import { type RouteKind, routesIn } from './carriers.ts';
import { cookieOf } from './gateway-affinity.ts';
import { copiesIn, mirrorsOf, shadowOf, shadowService } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whose requests are split, in which world. */
export interface Place {
  readonly root: Root;
  readonly live: Live;
}

/** The kind that splits and mirrors in Traefik. */
export const SERVICE: RouteKind = { group: 'traefik.io', kind: 'TraefikService', versions: ['v1alpha1'] };

/** Names of the TraefikServices that stand in for a user's entry: by port, and by what else the entry says. */
export function namesFor(entry: Fields, { service }: Root): { readonly split: string; readonly mirror: string } {
  const { name: _name, port, kind: _kind, namespace: _namespace, ...rest } = entry;
  const stem = [service, port, ...(Object.keys(rest).length > 0 ? [hash(rest).slice(0, 5)] : [])].filter(Boolean).join('-');
  return { split: derived(stem, 'rollout'), mirror: derived(stem, 'mirror') };
}

/** What stands in for a user's entry (without its weight): the split, and where requests are copied, the mirror before it. */
export function servicesFor(entry: Fields, traffic: Traffic, { root, live }: Place): readonly KubeObject[] {
  const { weights, affinity } = traffic;
  const { split, mirror } = namesFor(entry, root);
  const services = checked(weights).map(([role, weight]) => ({ ...pointed(entry, role, root), weight }));
  const sticky = affinity ? { sticky: { cookie: { name: cookieName(root, live), httpOnly: true, sameSite: 'lax' } } } : {};
  const splitting = traefikService(split, { weighted: { services, ...sticky } }, root);
  const copies = copiesIn(traffic);
  if (copies.length === 0) return [splitting];
  const mirrors = copies.map(([shadow, percent]) => ({ ...record(entry), name: shadowService(shadow, root), percent }));
  return [splitting, traefikService(mirror, { mirroring: { kind: SERVICE.kind, name: split, mirrors } }, root)];
}

/** Its value is the Service's name, the same for every canary: the cookie's own name has to tell whose it is. */
function cookieName(root: Root, live: Live): string {
  const { name, canary } = cookieOf(root, live);
  return `${name}-${canary}`;
}

/** The TraefikServices of ours for a root. */
export function ownServices(root: Root, live: Live): readonly KubeObject[] {
  const isOf = ({ name }: Fields): boolean => roleOf(text(name), root) !== null || shadowOf(text(name), root) !== null;
  return routesIn([SERVICE], root, live).filter(object => isOurs(object) && [...splitIn(object), ...mirrorsIn(object)].some(isOf));
}

/** The user's entry, without its weight, that a TraefikService of ours stands in for; null when there is none by that name. */
export function entryBehind(name: string, root: Root, live: Live): Fields | null {
  const { split } = behind(name, root, live);
  const [first] = split ? splitIn(split) : [];
  if (!first) return null;
  const { weight: _weight, ...entry } = first;
  return { ...entry, name: root.service };
}

/** The traffic that a TraefikService of ours makes. */
export function trafficBehind(name: string, root: Root, live: Live): Traffic {
  const { split, mirror } = behind(name, root, live);
  const copies = (mirror ? mirrorsIn(mirror) : []).flatMap(({ name: service, percent }) => {
    const shadow = shadowOf(text(service), root);
    return shadow === null ? [] : [[shadow, number(percent)] as const];
  });
  return {
    weights: split ? weightsOf(splitIn(split).map(fields => backendOf(fields, root))) : {},
    ...mirrorsOf(copies),
    ...(at(split, 'spec.weighted.sticky') === undefined ? {} : { affinity: 'cookie' }),
  };
}

function behind(name: string, root: Root, live: Live): { readonly split?: KubeObject; readonly mirror?: KubeObject } {
  const find = (wanted: string): KubeObject | undefined => ownServices(root, live).find(({ metadata }) => metadata.name === wanted);
  const first = find(name);
  const next = first && text(at(first, 'spec.mirroring.name'));
  const split = next ? find(next) : first;
  return { ...(split ? { split } : {}), ...(next && first ? { mirror: first } : {}) };
}

const splitIn = (object: KubeObject): readonly Fields[] => records(at(object, 'spec.weighted.services'));

const mirrorsIn = (object: KubeObject): readonly Fields[] => records(at(object, 'spec.mirroring.mirrors'));

const backendOf = (fields: Fields, root: Root): Backend => ({
  role: roleOf(text(fields.name), root),
  group: '',
  weight: number(fields.weight),
  fields,
});

const pointed = (entry: Fields, role: Role, root: Root): Fields => ({ ...record(entry), name: serviceOf(role, root) });

const traefikService = (name: string, spec: Fields, { namespace, workload }: Root): KubeObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: SERVICE.kind,
  metadata: { name, namespace, labels: { ...ourLabels('route', workload) } },
  spec: toJson(spec),
});
