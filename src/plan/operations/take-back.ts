/** A Deployment that was deployed in place, on its way back to the revision before: no record tells of it, its controller does. */

import { remembering } from '../../manifests/handed-back.ts';
import { same, text } from '../../manifests/json.ts';
import { isOfApply } from '../../manifests/owners.ts';
import { refOf } from '../../manifests/refs.ts';
import { asRead, isSameTemplate, templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation, Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { refusePaused } from '../refusals/paused.ts';
import { hashOf, previousOf, revisionTemplate } from '../world/revisions.ts';
import { isBack, isMarked } from '../world/went-back.ts';

/** A Deployment as it is and as the release's files have it, and the ReplicaSets beside it. */
export interface Deployed {
  readonly live: KubeObject;
  readonly file: KubeObject;
  readonly sets: readonly KubeObject[];
}

/** How one Deployment goes back. */
export interface WayBack extends Deployed {
  /** The revision to go back to; null where it runs again, or where there never was one. */
  readonly before: KubeObject | null;
  /** `over`: what is left is to wait, and to give fields back. `begun`: the process of an earlier reject died, and its way of rolling is still there. */
  readonly state: 'due' | 'begun' | 'over' | 'first';
}

/**
 * The way back of a Deployment that runs the release, or whose way back has begun; null for any other. `released` is the release's template, as
 * the API server would store it.
 * @throws RolloutError UNSUPPORTED where it is paused.
 */
export function wayBack(deployed: Deployed, released: JsonObject): WayBack | null {
  const { live, sets } = deployed;
  if (!isSameTemplate(templateOf(live), released)) {
    const state = isMarked(live, RECREATE.type) ? 'begun' : 'over';
    return isBack(live, sets, released) ? { ...deployed, before: null, state } : null;
  }
  const before = previousOf(live, sets);
  if (!before) return { ...deployed, before: null, state: 'first' };
  refusePaused(live);
  return { ...deployed, before, state: 'due' };
}

/** Ways back by whether the release brought what they take back. */
export interface ByRelease {
  readonly own: readonly WayBack[];
  readonly earlier: readonly WayBack[];
}

/**
 * No record says what a release in place changed, but an apply that changes nothing leaves its time as it was. What was applied so long before the last
 * one that no single release takes it is of an earlier release: five Deployments and a timeout of 10 minutes make that 50 minutes.
 */
export function byRelease(ways: readonly WayBack[], timeoutSeconds: number): ByRelease {
  const last = Math.max(...ways.map(({ live }) => appliedAt(live) ?? 0));
  const first = last - timeoutSeconds * 1000 * ways.length;
  const isEarlier = ({ live, state }: WayBack): boolean => state === 'due' && (appliedAt(live) ?? last) < first;
  return { own: ways.filter(way => !isEarlier(way)), earlier: ways.filter(isEarlier) };
}

/** When an apply has changed it last, in milliseconds since 1970; null where nothing tells. */
function appliedAt({ metadata: { managedFields = [] } }: KubeObject): number | null {
  const times = managedFields.filter(isOfApply).map(({ time }) => Date.parse(text(time)));
  const known = times.filter(Number.isFinite);
  return known.length === 0 ? null : Math.max(...known);
}

/** How it rolls meanwhile: as its files say, or so that the new version is gone before the one before it starts. */
export interface Pace {
  readonly isAlone: boolean;
  readonly strategy: unknown;
}

/** What Kubernetes itself does so: it stops all old pods first. Nobody is left without pods where we die meanwhile. */
const RECREATE = { type: 'Recreate' };

/** The Deployment as the first write of its way back leaves it. */
export function afterTurn({ live }: WayBack, before: KubeObject, pace: Pace): KubeObject {
  const spec = { ...live.spec, template: revisionTemplate(before), strategy: strategyOn(pace) } as JsonObject;
  return { ...live, spec };
}

const strategyOn = ({ isAlone, strategy }: Pace): unknown => (isAlone ? RECREATE : strategy);

/** The operations of a way back, one after the other. */
export function takingBack(way: WayBack, pace: Pace): readonly Operation[] {
  const { live, before, state, file, sets } = way;
  const ref = refOf(live);
  if (before) {
    const stop = pace.isAlone ? stopping(ref, { next: hashOf(before), strategy: live.spec?.strategy }) : [];
    return [turn(way, before, pace), ...stop, ...ending(ref, revisionTemplate(before), live.metadata.managedFields)];
  }
  const stop =
    state === 'begun' ? stopping(ref, { next: hashOf(live, sets), strategy: file.spec?.strategy ?? { type: 'RollingUpdate' } }) : [];
  return [...stop, ...ending(ref, templateOf(live), [])];
}

/** As `kubectl rollout undo` would write it. */
function turn({ live }: WayBack, before: KubeObject, pace: Pace): Operation {
  const template = revisionTemplate(before);
  const strategy = strategyOn(pace);
  const operations: readonly PatchOperation[] = [
    ...asRead(live),
    { op: 'replace', path: '/spec/template', value: template },
    ...remembering(live, template),
    ...(same(strategy, live.spec?.strategy) ? [] : [{ op: 'replace', path: '/spec/strategy', value: strategy } as const]),
  ];
  return { do: 'patch', ref: refOf(live), operations, manager: 'kubectl', text: 'go back to the previous revision' };
}

interface Stop {
  /** The hash of the pods that may run. */
  readonly next: string;
  /** The Deployment's own way of rolling, which it gets back. */
  readonly strategy: unknown;
}

function stopping(ref: Ref, { next, strategy }: Stop): readonly Operation[] {
  const operations: readonly PatchOperation[] = [
    { op: 'test', path: '/spec/strategy', value: RECREATE },
    { op: 'replace', path: '/spec/strategy', value: strategy },
  ];
  const mending: Operation = { do: 'patch', ref, operations, manager: 'kubectl', text: 'roll as before' };
  return [{ do: 'await-stopped', ref, next }, ...(same(strategy, RECREATE) ? [] : [mending])];
}

const ending = (ref: Ref, template: JsonObject, before: KubeObject['metadata']['managedFields'] = []): readonly Operation[] => [
  { do: 'hand-back', ref, before },
  { do: 'await-ready', ref, template, isStable: false },
];
