/** Routes of the user, and of other tools, that lead to the Services of single versions. */
import { at, isRecord, text } from '../../manifests/json.ts';
import type { KubeObject } from '../../model/kube.ts';

/** Groups and kinds. */
export type Backends = readonly (readonly [string, string])[];

/** The kinds of routes that these tools make or change. */
export const ROUTES = [
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['networking.istio.io', 'VirtualService'],
  ['networking.k8s.io', 'Ingress'],
] as const satisfies Backends;

/** The Service that a host of Istio names: `web` for `web.shop.svc.cluster.local`. */
export const serviceOfHost = (host: unknown): string | undefined => text(host).split('.')[0];

/** The Service that an item of a route leads to: a backendRef, the route of a VirtualService, the backend of an Ingress. */
function backendOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  if (isRecord(value.destination)) return serviceOfHost(value.destination.host);
  if (isRecord(value.service)) return text(value.service.name);
  return (value.kind === undefined || value.kind === 'Service') && value.port !== undefined ? text(value.name) : undefined;
}

/** An Ingress of ingress-nginx that takes its part of the user's. */
export const isCanaryIngress = ({ kind, metadata }: KubeObject): boolean =>
  kind === 'Ingress' && metadata.annotations?.['nginx.ingress.kubernetes.io/canary'] !== undefined;

/** Whether a route names a Service as a backend. */
export const leadsTo = ({ spec }: KubeObject, service: string): boolean => names(spec, service);

function names(value: unknown, service: string): boolean {
  if (backendOf(value) === service) return true;
  if (Array.isArray(value)) return value.some(item => names(item, service));
  return isRecord(value) && Object.values(value).some(item => names(item, service));
}

/** A route's spec in which one Service gets what several got, each rule by itself. */
export function ledTo(spec: unknown, from: readonly string[], to: string): unknown {
  if (Array.isArray(spec)) return oneOf(spec, from, to).map(item => ledTo(item, from, to));
  if (!isRecord(spec)) return spec;
  const renamed = from.includes(backendOf(spec) ?? '') ? called(spec, to) : withoutCopies(spec, from);
  return Object.fromEntries(Object.entries(renamed).map(([key, item]) => [key, ledTo(item, from, to)]));
}

/** Nobody gets copies of requests any more: `mirror` of a VirtualService, the filter RequestMirror of an HTTPRoute. */
function withoutCopies(rule: Readonly<Record<string, unknown>>, from: readonly string[]): Readonly<Record<string, unknown>> {
  const isMeant = (backend: unknown): boolean => from.includes(backendOf(backend) ?? '');
  const { mirror, mirrorPercentage: _share, ...rest } = rule;
  const kept = mirror !== undefined && isMeant({ destination: mirror }) ? rest : rule;
  if (!Array.isArray(kept.filters)) return kept;
  return { ...kept, filters: kept.filters.filter(filter => !isMeant(at(filter, 'requestMirror.backendRef'))) };
}

/** Of the backends of a rule the first that is meant stays, for all of them. */
function oneOf(list: readonly unknown[], from: readonly string[], to: string): readonly unknown[] {
  const meant = list.filter(item => from.includes(backendOf(item) ?? ''));
  const rest = list.filter(item => !meant.includes(item));
  const [first] = meant;
  if (!isRecord(first) || (rest.length > 0 && meant.length === 0)) return list;
  const whole = first.weight === undefined ? first : { ...first, weight: rest.length > 0 ? sum(meant) : 100 };
  return list.flatMap(item => (item === first ? [called(whole, to)] : meant.includes(item) ? [] : [item]));
}

const sum = (backends: readonly unknown[]): number => backends.reduce<number>((total, each) => total + Number(at(each, 'weight') ?? 1), 0);

function called(value: Readonly<Record<string, unknown>>, to: string): Readonly<Record<string, unknown>> {
  if (isRecord(value.destination)) return { ...value, destination: { ...value.destination, host: hostOf(value.destination.host, to) } };
  if (isRecord(value.service)) return { ...value, service: { ...value.service, name: to } };
  return { ...value, name: to };
}

/** With the rest of the name, where the route gives it: `web-primary.shop.svc` becomes `web.shop.svc`. */
const hostOf = (host: unknown, to: string): string => [to, ...text(host).split('.').slice(1)].join('.');
