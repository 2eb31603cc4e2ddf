import { at, number, record, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Program } from '../model/probe.ts';

/** Why something is not ready. `detail` is the cluster's words without the pod's name. */
export interface Cause {
  readonly reason: string;
  readonly detail: string;
  readonly failing?: { readonly graceSeconds: number; readonly hint: string };
}

/** A cause and the container that it is about. */
export interface ContainerCause extends Cause {
  readonly container: string;
}

const pullGraceSeconds = 60;
const configurationGraceSeconds = 60;
const restartsLimit = 3;

/**
 * Why the pod's containers do not run, init containers first; the gravest of them, or null. `pulling` is what the kubelet said last of an image
 * that it could not pull: the status of a container says so only now and then.
 */
export function whyContainers(pod: KubeObject, pulling = ''): ContainerCause | null {
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap(list => records(at(pod, `status.${list}`)));
  const causes = statuses.map(status => whyContainer(status, pod, pulling)).filter(cause => cause !== null);
  return causes.find(cause => cause.failing?.graceSeconds === 0) ?? causes.find(cause => cause.failing !== undefined) ?? causes[0] ?? null;
}

type Status = Readonly<Record<string, unknown>>;

function whyContainer(status: Status, pod: KubeObject, pulling: string): ContainerCause | null {
  const container = text(status.name);
  const reason = text(at(status, 'state.waiting.reason'));
  if (reason === 'CrashLoopBackOff') return { container, ...crashing(status, pod) };
  const said = text(at(status, 'state.waiting.message'));
  const isSilent = !said.includes(':', said.lastIndexOf('"')) && pulling.includes(`"${text(status.image)}"`);
  const cause = whyWaiting(reason, isSilent ? pulling : said);
  if (cause !== null) return { container, ...cause };
  return hasCrashed(status) ? { container, ...crashing(status, pod) } : null;
}

/** States before the first start: `ContainerCreating` and `PodInitializing` are none. */
function whyWaiting(reason: string, message: string): Cause | null {
  const detail = words(message);
  switch (reason) {
    case 'InvalidImageName':
      return { reason, detail, failing: { graceSeconds: 0, hint: 'Correct the image in the manifest or in the input images.' } };
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ErrImageNeverPull':
    case 'RegistryUnavailable':
    case 'ImageInspectError':
      return { reason, detail, failing: unpulled(message) };
    case 'CreateContainerConfigError':
      return { reason, detail, failing: { graceSeconds: configurationGraceSeconds, hint: configurationHint } };
    case 'CreateContainerError':
    case 'RunContainerError':
      return {
        reason,
        detail,
        failing: { graceSeconds: configurationGraceSeconds, hint: 'Correct the command, mounts or security settings of the container.' },
      };
    default:
      return null;
  }
}

/** What the registry has answered it answers again; a registry or a network that fails may come back. */
function unpulled(message: string): NonNullable<Cause['failing']> {
  const said = withoutNames(message);
  if (/dial tcp|no such host|timeout|too ?many ?requests|(?<=\s)5\d\d\b/i.test(said))
    return { graceSeconds: pullGraceSeconds, hint: pullHint };
  const refusal = REFUSALS.find(({ says }) => says.test(said));
  return { graceSeconds: refusal ? refusedGraceSeconds : pullGraceSeconds, hint: refusal?.hint ?? pullHint };
}

/** An image's name may hold any word, and its tag any number. */
const withoutNames = (message: string): string => message.replace(/"[^"]*"|\S*\/\S*/g, '');

/** A registry that copies from another may take some seconds. */
const refusedGraceSeconds = 10;

const REFUSALS: readonly { readonly says: RegExp; readonly hint: string }[] = [
  {
    says: /denied|unauthorized|forbidden|authorization failed|authentication required|no basic auth/i,
    hint: 'The registry requires a login for it, or has no such image: check the name, and give the pods imagePullSecrets with access.',
  },
  {
    says: /not found|manifest unknown|name unknown|does not exist/i,
    hint: 'The registry has no such image: correct its name or tag, or push it before the step.',
  },
];

const pullHint = 'Check that the image and its tag exist, that the nodes can reach the registry, and that imagePullSecrets give access.';
const configurationHint = 'Create the ConfigMap, Secret or key that the container refers to, or correct the reference.';

/** Ended with an error and not started again yet. */
function hasCrashed(status: Status): boolean {
  return number(at(status, 'state.terminated.exitCode')) !== 0;
}

/** One that ran before and goes down again and again: waiting longer only makes the pauses longer. */
function crashing(status: Status, pod: KubeObject): Cause {
  const ended = record(at(status, 'state.terminated') ?? at(status, 'lastState.terminated'));
  const restarts = number(status.restartCount);
  const detail = [exit(ended), `${restarts} restart${restarts === 1 ? '' : 's'}`, lastWords(ended)].filter(part => part !== '').join(', ');
  const reason = at(status, 'state.waiting') === undefined ? 'Crashed' : 'CrashLoopBackOff';
  if (restarts < restartsLimit) return { reason, detail };
  return { reason, detail, failing: { graceSeconds: 0, hint: crashHint(ended, text(status.name), pod) } };
}

function exit(ended: Status): string {
  if (ended.exitCode === undefined) return '';
  const reason = text(ended.reason);
  return `exit code ${number(ended.exitCode)}${reason === '' || reason === 'Error' ? '' : ` (${reason})`}`;
}

/** The last line of the termination message, where the program left one. */
function lastWords(ended: Status): string {
  const line = text(ended.message).trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `"${words(line)}"`;
}

function crashHint(ended: Status, container: string, { metadata }: KubeObject): string {
  if (ended.reason === 'OOMKilled') return 'Raise the memory limit of the container, or reduce its memory use.';
  const { namespace = 'default', name: pod } = metadata;
  return `See the program's last output: ${logCommand({ namespace, pod, container, previous: true })}`;
}

/** How a person sees all of a container's log. */
export const logCommand = ({ namespace, pod, container, previous }: Program): string =>
  `kubectl -n ${namespace} logs ${pod} -c ${container}${previous ? ' --previous' : ''}`;

/** One line of at most 300 characters. */
export function words(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
