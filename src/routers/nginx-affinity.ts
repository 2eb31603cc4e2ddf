import { RolloutError } from '../errors.ts';
import { text } from '../manifests/json.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { annotationEdits, patchWith } from './edits.ts';
import { cookieOf } from './gateway-affinity.ts';
import { defaultService, pathsOf } from './ingress.ts';
import { NGINX } from './nginx-annotations.ts';

/** Whose requests are kept, and what tells the cookie's name. */
interface Target {
  readonly root: Root;
  readonly live: Live;
}

type Annotations = Readonly<Record<string, string | undefined>>;

const AFFINITY = `${NGINX}affinity`;
const COOKIE = `${NGINX}session-cookie-name`;
const PATH = `${NGINX}session-cookie-path`;
const BEHAVIOR = `${NGINX}affinity-canary-behavior`;
const HASH = `${NGINX}upstream-hash-by`;
const PREFIX = 'kubernetes-rollout-';

/**
 * The changes that make the user's Ingress keep a user by a cookie, or stop it: the canary Ingress does as the user's does. An affinity
 * of the user's own stays as it is.
 * @throws RolloutError UNSUPPORTED where the cookie would not keep a user on his version.
 */
export function affinityChanges(main: KubeObject, traffic: Traffic | null, target: Target): readonly Change[] {
  if (traffic) refuse(main, traffic, target.root);
  return patchWith(main, annotationEdits(main, wantedFor(main, traffic, target)));
}

/** Whether the Ingress keeps users as this traffic asks. */
export const isKept = (main: KubeObject, traffic: Traffic, target: Target): boolean =>
  Object.entries(wantedFor(main, traffic, target)).every(([key, value]) => main.metadata.annotations?.[key] === value);

/** One path for the cookie: by default there is one for each path of the Ingress, and a user would be drawn anew on each. */
function wantedFor(main: KubeObject, traffic: Traffic | null, { root, live }: Target): Annotations {
  if (isTheirs(main)) return {};
  if (traffic === null || !keeps(traffic)) return isOurs(main) ? { [AFFINITY]: undefined, [COOKIE]: undefined, [PATH]: undefined } : {};
  const { name, canary } = cookieOf(root, live);
  return { [AFFINITY]: 'cookie', [COOKIE]: `${name}-${canary}`, [PATH]: '/' };
}

/** Only between two versions: the cookie would bind its user to one that shall get no requests. */
const keeps = ({ affinity, weights }: Traffic): boolean =>
  affinity === 'cookie' && (weights.stable ?? 0) > 0 && (weights.baseline ?? 0) + (weights.canary ?? 0) > 0;

const isOurs = ({ metadata: { annotations = {} } }: KubeObject): boolean => text(annotations[COOKIE]).startsWith(PREFIX);

const isTheirs = (main: KubeObject): boolean => main.metadata.annotations?.[AFFINITY] !== undefined && !isOurs(main);

function refuse(main: KubeObject, traffic: Traffic, root: Root): void {
  const isMatching = traffic.match !== undefined && (keeps(traffic) || isTheirs(main));
  const why = isMatching ? FIRST : keeps(traffic) ? reason(main, traffic, root) : '';
  if (why === '') return;
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(main))} cannot keep users as asked: ${why}`,
    'Deploy without affinity, or choose a traffic-split-method that keeps users by rule.',
  );
}

const FIRST = 'ingress-nginx looks at its cookie before it looks for a match, so whom stable has it never sends to the canary';

function reason(main: KubeObject, { weights }: Traffic, root: Root): string {
  if ((weights.baseline ?? 0) > 0) return 'baseline and canary share one Service, and the cookie leads to either; set baseline: false';
  if (main.metadata.annotations?.[BEHAVIOR] === 'legacy') return 'by affinity-canary-behavior: legacy its canary keeps nobody';
  return isTheirs(main) || isOurs(main) ? '' : unkept(main, root) || taken(main);
}

/** The cookie is of a whole Ingress, and names one port of one Service. */
function unkept(main: KubeObject, root: Root): string {
  const paths = pathsOf(main);
  const other = paths.find(({ service }) => service !== root.service);
  if (other) return `ingress-nginx has one cookie for a whole Ingress, and this one leads to Service ${other.service} too`;
  if (new Set(paths.map(({ port }) => JSON.stringify(port))).size > 1) return 'it leads to several ports of the Service';
  return defaultService(main) === '' ? '' : 'what no path matches gets no cookie';
}

function taken({ metadata: { annotations = {} } }: KubeObject): string {
  const key = [COOKIE, PATH, HASH].find(name => annotations[name] !== undefined);
  return key ? `it has ${key.slice(NGINX.length)} already` : '';
}
