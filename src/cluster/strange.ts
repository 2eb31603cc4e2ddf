import { RolloutError } from '../errors.ts';

/** What to do where something else answers. */
export const NO_API_SERVER = 'Check that the kubeconfig names the API server itself, not a login page or a proxy.';

/** The error for a server that answers, and not as the API server does. */
export function strange(what: string): RolloutError {
  return new RolloutError('API_ERROR', `The API server answered with ${what}.`, NO_API_SERVER);
}
