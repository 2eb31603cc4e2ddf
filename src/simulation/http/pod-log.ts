import type { JsonObject } from '../../model/kube.ts';
import type { Api } from '../api/api.ts';
import { ApiFailure } from '../api/failure.ts';
import { behaviourOf } from '../controllers/behaviour.ts';
import { isObject, listAt, textAt } from '../json.ts';
import { authorize, type User } from './authorize.ts';

/** `/api/v1/namespaces/NS/pods/NAME/log`, as `kubectl logs` reads it. */
const podLog = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;

/** The log of a container; null where the path leads to none. Throws 400, 403 and 404. */
export function podLogText(api: Api, user: User, url: URL): string | null {
  const found = podLog.exec(url.pathname.replace(/^\/token\/[^/]+/, ''));
  if (found === null) return null;
  const [, namespace = '', name = ''] = found;
  authorize(api, user, { verb: 'get', group: '', resource: 'pods/log', namespace, name });
  const pod = api.store.get('/pods', namespace, name);
  if (pod === undefined) throw new ApiFailure(404, 'NotFound', `pods "${name}" not found`);
  const asked = url.searchParams.get('container');
  const container = listAt(pod, 'spec', 'containers')
    .filter(isObject)
    .find(each => asked === null || each.name === asked);
  if (container === undefined) throw new ApiFailure(400, 'BadRequest', `container ${asked} is not valid for pod ${name}`);
  return logOf(container);
}

/** What a simulated program says. */
function logOf(container: JsonObject): string {
  const image = textAt(container, 'image');
  const { failure } = behaviourOf(container);
  if (failure === 'badpull') return '';
  return `${image} has started\n${LAST_WORDS[failure] ?? ''}`;
}

const LAST_WORDS: Readonly<Record<string, string>> = {
  crash: 'it cannot go on and ends with exit code 1\n',
  unready: 'it runs and is not ready\n',
};
