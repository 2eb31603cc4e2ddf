/** The ReplicaSets of a Deployment. */
import type { JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { contentName } from '../api/random.ts';
import { at, canonical, numberAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import { scaled } from '../objects/quantity.ts';
import type { World } from './controller.ts';
import { note } from './events.ts';
import { change, controlled, controllerReference, create, isGoing, nameOf } from './writes.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const hashKey = 'pod-template-hash';

/** The set of the current template, and those of earlier ones, the oldest revision first. */
export interface Family {
  readonly current: JsonObject | null;
  readonly old: readonly JsonObject[];
}

/** The Deployment's sets; with `make`, the current one is created or brought to the newest revision. */
export function familyOf(world: World, deployment: JsonObject, make: boolean): Family {
  const sets = controlled(world, 'apps/replicasets', deployment).filter(set => !isGoing(set));
  const found = sets.find(set => sameTemplate(deployment, set)) ?? null;
  const old = sets.filter(set => set !== found).sort((a, b) => revisionOf(a) - revisionOf(b));
  if (!make) return { current: found, old };
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const current = found === null ? createSet(world, deployment, { old, revision }) : renewed(world, { deployment, set: found }, revision);
  return { current, old };
}

/** The set's revision, 0 when it has none. */
export function revisionOf(set: JsonObject): number {
  return Number(stringsAt(set, 'metadata', 'annotations')[revisionKey] ?? 0);
}

/** A set and the Deployment that it belongs to. */
export interface Owned {
  readonly deployment: JsonObject;
  readonly set: JsonObject;
}

/** Sets a set's size, and notes on it what the Deployment wants. */
export function scaleSet(world: World, { deployment, set }: Owned, replicas: number): void {
  const before = numberAt(set, 0, 'spec', 'replicas');
  const annotations = { ...stringsAt(set, 'metadata', 'annotations'), ...sizes(deployment) };
  change(world, withAt(withAt(set, ['spec', 'replicas'], replicas), ['metadata', 'annotations'], annotations));
  if (before === replicas) return;
  const message = `Scaled ${before < replicas ? 'up' : 'down'} replica set ${nameOf(set)} from ${before} to ${replicas}`;
  note(world, deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, component: 'deployment-controller' });
}

/** How many pods a rolling update may have too many, and too few. */
export function margins(deployment: JsonObject): { readonly surge: number; readonly unavailable: number } {
  const replicas = numberAt(deployment, 1, 'spec', 'replicas');
  const rolling = objectAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = scaled(rolling.maxSurge, replicas, 'up');
  const unavailable = scaled(rolling.maxUnavailable, replicas, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function sameTemplate(deployment: JsonObject, set: JsonObject): boolean {
  return withoutHash(objectAt(set, 'spec', 'template')) === ownTemplate(objectAt(deployment, 'spec', 'template'));
}

/** Templates as texts: a Deployment looks for its set after each move of its pods, among all it ever had. */
const ownTemplate = remembered((template: JsonObject): string => canonical(template));
const withoutHash = remembered((template: JsonObject): string => canonical(withAt(template, ['metadata', 'labels', hashKey], undefined)));

function sizes(deployment: JsonObject): Readonly<Record<string, string>> {
  const replicas = numberAt(deployment, 1, 'spec', 'replicas');
  const rolling = textAt(deployment, 'spec', 'strategy', 'type') !== 'Recreate';
  const most = replicas + (rolling ? margins(deployment).surge : 0);
  return { 'deployment.kubernetes.io/desired-replicas': String(replicas), 'deployment.kubernetes.io/max-replicas': String(most) };
}

/** A Deployment's own annotations go to its sets, but for what belongs to the Deployment alone. */
function inherited(deployment: JsonObject): Readonly<Record<string, string>> {
  const kept = [
    'kubectl.kubernetes.io/last-applied-configuration',
    'deprecated.deployment.rollback.to',
    revisionKey,
    'deployment.kubernetes.io/revision-history',
    'deployment.kubernetes.io/desired-replicas',
    'deployment.kubernetes.io/max-replicas',
  ];
  return Object.fromEntries(Object.entries(stringsAt(deployment, 'metadata', 'annotations')).filter(([key]) => !kept.includes(key)));
}

interface Place {
  readonly old: readonly JsonObject[];
  readonly revision: number;
}

function createSet(world: World, deployment: JsonObject, { old, revision }: Place): JsonObject {
  const template = objectAt(deployment, 'spec', 'template');
  const hash = contentName(`${ownTemplate(template)}${numberAt(deployment, 0, 'status', 'collisionCount')}`);
  const labels = { ...stringsAt(template, 'metadata', 'labels'), [hashKey]: hash };
  const replicas = firstSize(deployment, old);
  const set = create(world, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: textAt(deployment, 'metadata', 'namespace'),
      labels,
      annotations: { ...inherited(deployment), [revisionKey]: String(revision), ...sizes(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(at(deployment, 'spec', 'minReadySeconds') === undefined ? {} : { minReadySeconds: at(deployment, 'spec', 'minReadySeconds') }),
      selector: withAt(objectAt(deployment, 'spec', 'selector'), ['matchLabels', hashKey], hash),
      template: withAt(template, ['metadata', 'labels'], labels),
    },
  });
  if (replicas > 0) {
    const message = `Scaled up replica set ${nameOf(set)} from 0 to ${replicas}`;
    note(world, deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, component: 'deployment-controller' });
  }
  return set;
}

function firstSize(deployment: JsonObject, old: readonly JsonObject[]): number {
  const replicas = numberAt(deployment, 1, 'spec', 'replicas');
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') return replicas;
  const others = old.reduce((sum, set) => sum + numberAt(set, 0, 'spec', 'replicas'), 0);
  return Math.max(0, Math.min(replicas, replicas + margins(deployment).surge - others));
}

/** An earlier template that came back gets the newest revision. */
function renewed(world: World, { deployment, set }: Owned, revision: number): JsonObject {
  const before = stringsAt(set, 'metadata', 'annotations');
  const history =
    revisionOf(set) < revision && revisionOf(set) > 0
      ? {
          'deployment.kubernetes.io/revision-history': [before['deployment.kubernetes.io/revision-history'], revisionOf(set)]
            .filter(v => v !== undefined)
            .join(','),
        }
      : {};
  const annotations = {
    ...before,
    ...inherited(deployment),
    ...(revisionOf(set) < revision ? { [revisionKey]: String(revision), ...history } : {}),
    ...sizes(deployment),
  };
  const minReadySeconds = at(deployment, 'spec', 'minReadySeconds');
  return change(world, withAt(withAt(set, ['metadata', 'annotations'], annotations), ['spec', 'minReadySeconds'], minReadySeconds));
}
