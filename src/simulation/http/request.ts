/** A request to the API, read from its URL. */
import type { Registry, Target } from '../api/api.ts';

/** What a URL asks for. */
export type Route =
  | { readonly to: 'objects'; readonly target: Target }
  | { readonly to: 'path'; readonly path: string }
  | { readonly to: 'nowhere' };

/** Reads a path below the server's root. */
export function readRoute(registry: Registry, path: string): Route {
  const steps = path
    .split('/')
    .filter(step => step !== '')
    .map(decodeURIComponent);
  const start = steps[0] === 'api' ? 2 : 3;
  if ((steps[0] !== 'api' && steps[0] !== 'apis') || steps.length <= start) return { to: 'path', path: `/${steps.join('/')}` };
  const [group = '', version = ''] = steps[0] === 'api' ? ['', steps[1]] : [steps[1], steps[2]];
  const target = readTarget(registry, { group, version }, steps.slice(start));
  return target === null ? { to: 'nowhere' } : { to: 'objects', target };
}

function readTarget(
  registry: Registry,
  api: { readonly group: string; readonly version: string },
  steps: readonly string[],
): Target | null {
  const inNamespace = steps[0] === 'namespaces' && steps.length > 2 && !isNamespacePart(api.group, steps);
  const [namespace, of] = inNamespace ? [steps[1] ?? '', steps.slice(2)] : ['', steps];
  const [plural = '', name = '', ...below] = of;
  const resource = registry.byPlural(api.group, api.version, plural);
  if (resource === undefined || (inNamespace && !resource.namespaced) || below.length > 1) return null;
  const [subresource = ''] = below;
  return isServed(resource, subresource) ? { resource, namespace, name, subresource } : null;
}

const isServed = ({ plural, subresources }: Target['resource'], subresource: string): boolean =>
  subresource === '' || subresources.some(({ name }) => name === `${plural}/${subresource}`);

/** `/api/v1/namespaces/demo/status` is about the Namespace itself. */
function isNamespacePart(group: string, steps: readonly string[]): boolean {
  return group === '' && steps.length === 3 && (steps[2] === 'status' || steps[2] === 'finalize');
}
