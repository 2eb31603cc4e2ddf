/** On which ports and paths a pod may serve its counters. */
import type { Json, JsonObject, KubeObject } from '../model/kube.ts';

/** Where the user says that the pods count; what is null is found. */
export interface Where {
  readonly port: string | null;
  readonly path: string | null;
}

/** A page of a pod. */
export interface PageOf {
  readonly port: string;
  readonly path: string;
  readonly scheme: 'http' | 'https';
}

/** Sidecars that count what their application answers. */
const sidecars: readonly { readonly container: string; readonly page: PageOf }[] = [
  { container: 'linkerd-proxy', page: { port: '4191', path: '/metrics', scheme: 'http' } },
  { container: 'istio-proxy', page: { port: '15090', path: '/stats/prometheus', scheme: 'http' } },
];

const METRICS_PORTS: readonly Json[] = ['metrics', 'http-metrics'];

/**
 * The pages to try, in order: what the user says, what the pod's annotations say, a port named for it, the sidecar, and last the first port that
 * the pod has at all.
 */
export function pagesOf(pod: KubeObject, where: Where): readonly PageOf[] {
  const path = where.path ?? annotation(pod, 'path') ?? '/metrics';
  const scheme = annotation(pod, 'scheme') === 'https' ? 'https' : 'http';
  const at = (port: string): PageOf => ({ port, path, scheme });
  const told = where.port ?? annotation(pod, 'port');
  return told ? [at(numbered(pod, told))] : found(pod, at);
}

function found(pod: KubeObject, at: (port: string) => PageOf): readonly PageOf[] {
  const ports = containers(pod).flatMap(({ ports: all }) => objects(all));
  const named = ports.find(({ name }) => METRICS_PORTS.includes(name ?? ''));
  const meshes = sidecars.filter(({ container }) => containers(pod).some(({ name }) => name === container)).map(({ page }) => page);
  const port = (named ?? ports[0])?.containerPort;
  const own = port === undefined ? [] : [at(String(port))];
  return named ? [...own, ...meshes] : [...meshes, ...own];
}

/** The API server knows ports of pods by number only. */
function numbered(pod: KubeObject, told: string): string {
  const named = containers(pod)
    .flatMap(({ ports }) => objects(ports))
    .find(({ name }) => name === told)?.containerPort;
  return named === undefined ? told : String(named);
}

/** An annotation is text of the cluster: it leads to a page of its pod, `/metrics?format=prometheus` for example, and to nothing else of the API. */
export const isSafe = (page: PageOf): boolean =>
  /^[a-z0-9-]{1,63}$/.test(page.port) &&
  /^\/[\w\-./~]*(\?[\w\-./~=&%+,:[\]]*)?$/.test(page.path) &&
  !pathOf(page)
    .split('/')
    .some(part => part === '..' || part === '.');

/** The page without its query, as the label of a path names it. */
export const pathOf = ({ path }: PageOf): string => path.split('?')[0] ?? path;

/** Paths that the kubelet asks for: its requests are nobody's. */
export const probePaths = (pod: KubeObject): readonly string[] =>
  containers(pod)
    .flatMap(container =>
      ['livenessProbe', 'readinessProbe', 'startupProbe'].map(probe => field(field(container[probe], 'httpGet'), 'path')),
    )
    .flatMap(path => (typeof path === 'string' ? [path.split('?')[0] ?? path] : []));

const annotation = ({ metadata }: KubeObject, name: string): string | undefined => metadata.annotations?.[`prometheus.io/${name}`];

/** Native sidecars are init containers that go on. */
const containers = ({ spec }: KubeObject): readonly JsonObject[] => [...objects(spec?.containers), ...objects(spec?.initContainers)];

const objects = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const field = (value: Json | undefined, name: string): Json | undefined => (isObject(value) ? value[name] : undefined);
