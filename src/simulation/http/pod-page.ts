import type { Api } from '../api/api.ts';
import { ApiFailure } from '../api/failure.ts';
import { authorize, type User } from './authorize.ts';

/** What serves the pages of pods. */
export interface PodPages {
  readonly api: Api;
  /** What a pod that is there serves at `/metrics`. */
  readonly pages: (namespace: string, pod: string) => string;
  /** What it answers at any other path; null where nobody listens. */
  readonly answers: (namespace: string, pod: string) => { readonly code: number; readonly text: string } | null;
}

/** `/api/v1/namespaces/NS/pods/[SCHEME:]NAME[:PORT]/proxy/PATH`, as `kubectl get --raw` reads a pod. */
const podProxy = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(?:https?:)?([^/:]+)(?::[^/]*)?\/proxy(\/.*)?$/;

/** The answer of a pod behind the API server's proxy; null where the path leads to none. Throws 403 and 404. */
export function podPage(
  { api, pages, answers }: PodPages,
  user: User,
  path: string,
): { readonly code: number; readonly text: string } | null {
  const found = podProxy.exec(path);
  if (found === null) return null;
  const [, namespace = '', name = '', page = ''] = found;
  authorize(api, user, { verb: 'get', group: '', resource: 'pods/proxy', namespace, name });
  if (api.store.get('/pods', namespace, name) === undefined) throw new ApiFailure(404, 'NotFound', `pods "${name}" not found`);
  if (page === '/metrics') return { code: 200, text: pages(namespace, name) };
  const answer = answers(namespace, name);
  if (answer === null)
    throw new ApiFailure(503, 'ServiceUnavailable', 'error trying to reach service: dial tcp: connect: connection refused');
  return answer;
}
