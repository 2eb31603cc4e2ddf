import { RolloutError } from '../errors.ts';

/** The error for a server that answers, and not as the API server does. */
export function strange(what: string): RolloutError {
  return new RolloutError(
    'API_ERROR',
    `The API server answered with ${what}.`,
    'Check that the kubeconfig names the API server itself, not a login page or a proxy.',
  );
}
