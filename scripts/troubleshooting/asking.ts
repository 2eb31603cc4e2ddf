import type { ErrorCode } from '../../src/errors.ts';
import type { Page } from './page.ts';

/** Faults of inputs and files. */
export const inputs = {
  INVALID_INPUT: {
    means: 'An input is misspelt, has an invalid value, or contradicts another input. The cluster was not contacted.',
    causes: ['A typo in a name; the message suggests the closest one.', 'An input that belongs to another strategy or action.'],
    remedy: 'Correct all inputs that the message lists. The reference describes each of them.',
  },
  INVALID_MANIFEST: {
    means: 'A file is not YAML, or the API would not accept an object in it. All faults are listed with file and line.',
    causes: [
      'Wrong indentation.',
      'A number in place of a string.',
      'The same object in two files.',
      'Output of `kubectl get -o yaml` with `uid` and `resourceVersion`.',
    ],
    remedy: 'Correct the lines that the message names. `kubernetes-rollout lint -f FILE` finds the same faults without a cluster.',
  },
  NOTHING_TO_DEPLOY: {
    means: 'The files in `manifests` contain no object, or no Deployment.',
    causes: ['A glob that matches no file.', 'A file that contains only comments.'],
    remedy: 'Name the files that contain the Deployment. If there is none, use strategy `none`.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** Faults between the agent and the API server. */
export const connection = {
  INVALID_KUBECONFIG: {
    means: 'The kubeconfig cannot be read, or refers to a cluster, user or context that it does not contain.',
    causes: ['`KUBECONFIG` names a file that does not exist.', 'A secret that was truncated when it was stored.'],
    remedy: 'Check it with `kubectl config view`. The input takes a path, the text itself, or base64.',
  },
  TOKEN_EXPIRED: {
    means: 'The token has expired, according to the expiry time that it contains.',
    causes: ['A token that is valid for an hour, stored as a secret.', 'An approval that took longer than the login is valid.'],
    remedy: 'Log in again in the job that runs the step, after the approval.',
  },
  LOGIN_FAILED: {
    means: 'The login command of the kubeconfig failed, or it printed no valid credential, or Azure rejected a service connection.',
    causes: [
      'The program is not installed on the agent.',
      'It tries to open a browser.',
      'The token file is missing.',
      'A secret or a certificate of the service connection has expired, or its tenant is wrong; the message contains the error number of Entra ID.',
    ],
    remedy: 'Run the command by hand as the same user on the agent. Verify the service connection in the project settings.',
  },
  UNREACHABLE: {
    means: 'The API server, or a proxy in front of it, does not answer.',
    causes: [
      'A private cluster and a hosted agent.',
      'A proxy that is not configured, or that refuses.',
      'A certificate that is not trusted.',
    ],
    remedy: 'The message says which one it is. A private cluster needs an agent inside its network.',
  },
  UNAUTHORIZED: {
    means: 'The API server rejects the credentials, even after a second login.',
    causes: ['A token for another cluster.', 'A deleted ServiceAccount.'],
    remedy: 'Renew the credentials. `kubectl auth whoami` shows the user that they belong to.',
  },
  FORBIDDEN: {
    means: 'The API server accepts the credentials, but the Role does not allow the request.',
    causes: [
      'A verb or a kind is missing in the Role.',
      'The Role is bound in another namespace.',
      'The promote or reject of this deploy would lack a permission, so the deploy is refused before it begins.',
      'Azure does not let the identity list credentials.',
    ],
    remedy:
      'Apply the Role that the message prints. `kubernetes-rollout role -f FILES` prints all permissions that these files need; `samples/rbac.yaml` has every permission that is ever needed. If the answer is wrong, for example behind a proxy with its own permissions, set `missing-permissions: warn` to continue.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** What the API server refuses. */
export const answers = {
  NOT_SERVED: {
    means: 'The cluster does not serve this kind in this API version.',
    causes: ['A CustomResourceDefinition is missing.', 'An API version that newer clusters have removed.', 'A kind in lower case.'],
    remedy: '`kubectl api-resources` lists what is served. Install the definition first, or use the newer API version in the file.',
  },
  NOT_FOUND: {
    means: 'An object or a namespace does not exist.',
    causes: ['The namespace was never created.', 'Somebody deleted the object while the step waited for it.'],
    remedy: 'Create the namespace or correct its name: in the file or, if the file names none, in the input.',
  },
  ALREADY_EXISTS: {
    means: 'Somebody else created an object with this name in the meantime.',
    causes: ['Two pipelines at once.'],
    remedy: 'Run the step again: it reads the current state.',
  },
  CONFLICT: {
    means: 'An object kept changing between our read and our write.',
    causes: ['A controller or a second pipeline writes the same object.'],
    remedy: 'Find the other writer in `metadata.managedFields`, then run the step again.',
  },
  APPLY_CONFLICT: {
    means: 'Another field manager owns a field that the file sets.',
    causes: ['Argo CD, Flux or Helm manage the object.', 'Somebody used `kubectl edit`, or an autoscaler sets the field.'],
    remedy: 'Remove the field from the file, or take it over with `force-conflicts: true`.',
  },
  INVALID: {
    means: 'The API server refuses the content of an object.',
    causes: ['A misspelt field.', 'A value out of range.', 'An admission policy.'],
    remedy: 'Correct the field that the message names. A dry run found the fault before the first write.',
  },
  TOO_MANY_REQUESTS: {
    means: 'The API server kept throttling requests for more than a minute.',
    causes: ['Too many clients.', 'A starved priority level.'],
    remedy: 'Run the step again later.',
  },
  API_ERROR: {
    means: 'The API server, a webhook or a proxy answered with an internal error.',
    causes: ['A webhook whose pods are down.', 'A load balancer in front of the API server.'],
    remedy: 'The message contains the answer. Run the step again once the cause is gone.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;
