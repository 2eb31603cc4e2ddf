import type { ErrorCode } from '../../src/errors.ts';
import type { Page } from './page.ts';

/** Faults of inputs and files. */
export const inputs = {
  INVALID_INPUT: {
    means: 'An input is misspelt, has a value that it cannot have, or contradicts another one. Nothing was contacted.',
    causes: ['A typo in a name; the message proposes the nearest one.', 'An input of another strategy or action.'],
    remedy: 'Correct all inputs that the message lists. The reference has an example of each.',
  },
  INVALID_MANIFEST: {
    means: 'A file is not YAML, or an object in it cannot be what the API takes. All faults are listed with file and line.',
    causes: [
      'Indentation.',
      'A number where a string has to be.',
      'The same object in two files.',
      'Output of `kubectl get -o yaml` with `uid` and `resourceVersion`.',
    ],
    remedy: 'Correct the lines that are named. `kubernetes-rollout lint -f FILE` shows the same without a cluster.',
  },
  NOTHING_TO_DEPLOY: {
    means: 'No object was found in what `manifests` names, or none of them is a Deployment.',
    causes: ['A glob that matches no file.', 'A file of comments.'],
    remedy: 'Name the files that hold the Deployment, or use strategy `none` where there is none.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** Faults between the agent and the API server. */
export const connection = {
  INVALID_KUBECONFIG: {
    means: 'The kubeconfig cannot be read, or names a cluster, user or context that it does not hold.',
    causes: ['`KUBECONFIG` names a file that is not there.', 'A secret that was stored cut off.'],
    remedy: 'Look at it with `kubectl config view`. It may be given as a path, as text or in base64.',
  },
  TOKEN_EXPIRED: {
    means: 'The token has run out; its own time says so.',
    causes: ['A token for an hour, stored as a secret.', 'An approval that took longer than the login holds.'],
    remedy: 'Sign in again in the job that runs the step, behind the approval.',
  },
  LOGIN_FAILED: {
    means: 'The login command of the kubeconfig failed, or what it printed is no credential; or Azure refuses a service connection.',
    causes: [
      'The program is not on the agent.',
      'It wants a browser.',
      'The token file is gone.',
      'A secret or a certificate of the service connection has expired, or its tenant is wrong; the message has the number of Entra ID.',
    ],
    remedy: 'Run the command by hand as the same user on the agent. Verify the service connection in the project settings.',
  },
  UNREACHABLE: {
    means: 'The API server, or what stands before it, does not answer.',
    causes: ['A private cluster and a hosted agent.', 'A proxy that is not set, or refuses.', 'A certificate that is not trusted.'],
    remedy: 'The message says which of them is at fault. A private cluster needs an agent inside its network.',
  },
  UNAUTHORIZED: {
    means: 'The API server does not know who asks, also after a second login.',
    causes: ['A token of another cluster.', 'A deleted ServiceAccount.'],
    remedy: 'Renew the credentials. `kubectl auth whoami` shows whom they stand for.',
  },
  FORBIDDEN: {
    means: 'The API server knows who asks, and the Role does not allow it.',
    causes: [
      'A verb or a kind is missing in the Role.',
      'The Role is bound in another namespace.',
      'The promote or reject of this deploy would lack a right: it is refused before it begins.',
      'Azure does not let the identity list credentials.',
    ],
    remedy:
      'Apply the Role that the message prints. `kubernetes-rollout role -f FILES` prints all that these files need, and `samples/rbac.yaml` holds all that is ever needed. Where the answer is wrong, as behind a proxy with rights of its own, `missing-permissions: warn` goes on.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;

/** What the API server refuses. */
export const answers = {
  NOT_SERVED: {
    means: 'The cluster does not serve this kind in this version.',
    causes: ['A CustomResourceDefinition is missing.', 'A version that newer clusters have dropped.', 'A kind in lower case.'],
    remedy: '`kubectl api-resources` lists what is served. Install the definition first, or write the newer version.',
  },
  NOT_FOUND: {
    means: 'An object or a namespace is not there.',
    causes: ['The namespace was never created.', 'Somebody deleted the object while it was awaited.'],
    remedy: 'Create the namespace, or correct it: in the file, or in the input where the file names none.',
  },
  ALREADY_EXISTS: {
    means: 'An object of this name was created by somebody else in the meantime.',
    causes: ['Two pipelines at once.'],
    remedy: 'Run the step again: it reads what is there.',
  },
  CONFLICT: {
    means: 'An object changed between the read and the write, again and again.',
    causes: ['A controller or a second pipeline that writes the same object.'],
    remedy: 'Find the other writer in `metadata.managedFields`, then run the step again.',
  },
  APPLY_CONFLICT: {
    means: 'Another field manager owns a field that the file sets.',
    causes: ['Argo CD, Flux or Helm manage the object.', 'Somebody used `kubectl edit`, or an autoscaler sets the field.'],
    remedy: 'Leave the field out of the file, or take it with `force-conflicts: true`.',
  },
  INVALID: {
    means: 'The API server refuses the content of an object.',
    causes: ['A misspelt field.', 'A value out of its range.', 'An admission policy.'],
    remedy: 'Correct the place that the message names. It was found by a dry run, before the first write.',
  },
  TOO_MANY_REQUESTS: {
    means: 'The API server asked for patience for longer than a minute.',
    causes: ['Too many clients.', 'A priority level that is starved.'],
    remedy: 'Run the step again later.',
  },
  API_ERROR: {
    means: 'The API server, a webhook or a proxy answered with an error of its own.',
    causes: ['A webhook whose pods are down.', 'A load balancer before the API server.'],
    remedy: 'The message holds the answer. Run the step again once its cause is gone.',
  },
} satisfies Partial<Record<ErrorCode, Page>>;
