import { draining, isDraining } from '../../manifests/drain.ts';
import { isLent } from '../../manifests/lending.ts';
import { derived, isOurs, type Part, partOf, VARIANT } from '../../manifests/names.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateHash, templateOf, toJson } from '../../manifests/template.ts';
import { variantDeployment } from '../../manifests/variant.ts';
import { nameOfVersion } from '../../manifests/versions.ts';
import type { JsonObject, KubeObject, Ref } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { Step } from '../../model/plan.ts';
import type { Role, Shadow } from '../../model/stage.ts';
import { splitByOthers } from '../../routers/splits.ts';
import { DEPLOYMENT, deploymentAt } from '../../workloads/deployment.ts';
import { allOf } from '../../workloads/workload.ts';
import { type App, distinctionOf, templateBy } from '../world/app.ts';
import { removableFiles } from '../world/brought.ts';
import { copiesFor } from '../world/copies.ts';
import { isInert } from '../world/order-of-kinds.ts';
import { isChanged, keepsFirst, owedBack } from '../world/put-back.ts';
import { inSize } from '../world/size.ts';
import { carrierKeys } from '../world/view.ts';
import { apply, applyAll, keptBy } from './apply.ts';
import { removalRank, replicasOf } from './remember.ts';
import { createStable, replaceStable } from './replace.ts';

type Write = Extract<Step, { do: 'write' }>;

/** A variant comes with its own copies of what stable's pods are known by: configuration, policies. */
export function writeVariant({ role, template, replicas, was }: Write & { readonly role: 'canary' | 'baseline' }, app: App): Batches {
  const deployment = variantOf(role, { template, replicas }, app);
  const live = app.live.objects[keyOf(refOf(deployment))];
  // What no release of this action gives is the variant's own.
  const isKept = was?.template === template && templateBy(template, app) === null;
  if (live) {
    const isSame = isKept || isSameTemplate(templateOf(live), templateOf(deployment));
    return [[isSame ? scale(live, replicas) : { do: 'replace', object: deployment }]];
  }
  const surroundings = [
    ...(role === 'canary' ? absents(app) : []),
    ...copiesFor(role, app).flatMap(({ copy }) => createOnce(copy, app.live.objects)),
  ];
  return [surroundings, [{ do: 'create', object: deployment }]];
}

/** Stable is created with everything around it, rolled, put back, or scaled. */
export function writeStable(step: Write, app: App): Batches {
  const { stable, record } = app;
  if (!stable) return createStable(unsplit(app), app);
  const kept = record?.action === 'promote' ? null : (putBack(step, stable, app) ?? resized(step, stable, app));
  return kept ?? replaceStable({ from: step.was?.replicas ?? null, to: step.replicas }, app);
}

/** Stable as it was before the rollout; null where its template is to be another one, or its count alone is not what it was. */
function putBack({ template, replicas, was }: Write, stable: KubeObject, app: App): Batches | null {
  const { record } = app;
  const original = record?.originals.stable ?? null;
  if (original === null || template !== templateHash(templateOf(original))) return null;
  const isFull = replicas === record?.replicas;
  if (!isFull && was?.template === template && was.replicas !== replicas) return null;
  return [...restoreOthers(app), [{ do: 'restore', object: isFull ? original : inSize(original, replicas, stable) }]];
}

/** The count alone; null where more is to change, or nothing. */
const resized = ({ template, replicas, was }: Write, stable: KubeObject, { live }: App): Batches | null =>
  was?.template === template && was.replicas !== replicas ? [[scale(live.objects[keyOf(refOf(stable))] ?? stable, replicas)]] : null;

/** A route that another workload's rollout splits is that one's for as long. */
function unsplit(app: App): readonly KubeObject[] {
  const split = splitByOthers(app);
  return app.others.filter(object => !split.includes(keyOf(refOf(object))));
}

/** What is around the workload is as it was before a promote, or a deploy in place, changed it; what that brought goes. */
export function restoreOthers(app: App): Batches {
  const owed = owedBack(app).filter(object => isLent(object, app) && isChanged(object, app.live.objects[keyOf(refOf(object))]));
  return owed.length > 0 ? [owed.map(object => ({ do: 'restore', object, ...keptBy(app, object) }))] : [];
}

/** What a rollout brought goes also where a crash has left nothing else of it: neither a Deployment nor, yet, a label of ours. */
export function removeBrought(app: App): Batches {
  const { record, variant } = app;
  return record && !keepsFirst(app) ? [removableFiles(record.created, variant, app).map(ref => remove(ref, app))] : [];
}

/** The variant's Deployment first, then its copies; on the way back also what the release brought. */
export function removeVariant(role: Role, stage: string, app: App): Batches {
  const part = partOf(role, { canary: app.variant });
  const copies = app.ours.filter(({ kind, metadata }) => metadata.labels?.[VARIANT] === part && kind !== 'Service').map(refOf);
  const brought = role === 'canary' && stage !== 'settle' ? removableFiles(app.record?.created ?? [], app.variant, app) : [];
  return removePart(part, { copies, brought }, app);
}

/** A further version goes with everything that belongs to it, and with what it brought. */
export function endShadow(shadow: Shadow, app: App): Batches {
  const own = app.ours.filter(({ metadata }) => metadata.labels?.[VARIANT] === shadow).map(refOf);
  const version = app.record?.others?.find(other => nameOfVersion(other) === shadow);
  return removePart(shadow, { copies: own, brought: removableFiles(version?.created ?? [], shadow, app) }, app);
}

interface Belongings {
  readonly copies: readonly Ref[];
  readonly brought: readonly Ref[];
}

/**
 * What has no label of ours goes first, while the Deployment still says that there is something to remove: nobody would look for it behind
 * a crash. What has our label is swept up at the end.
 */
function removePart(part: Part, { copies, brought }: Belongings, app: App): Batches {
  const deployment = deploymentAt({ namespace: app.namespace, name: derived(app.name, part) });
  const isThere = (ref: Ref): boolean => app.live.objects[keyOf(ref)] !== undefined;
  const own = copies.filter(ref => keyOf(ref) !== keyOf(deployment) && isThere(ref));
  // A name in the record makes nobody's Deployment one of ours, and one that left while stable rolled is gone.
  const known = app.live.objects[keyOf(deployment)];
  const variant = known && isOurs(known) ? [remove(deployment, app)] : [];
  return [brought.map(ref => remove(ref, app)), variant, own.map(ref => remove(ref, app))].filter(({ length }) => length > 0);
}

/** A first release that never got ready is taken back: what it brought, routes first. */
export function withdraw(app: App): Batches {
  const brought = removableFiles(app.record?.created ?? [], app.variant, app);
  const ranks = [...new Set(brought.map(removalRank))].sort();
  return ranks.map(rank => brought.filter(ref => removalRank(ref) === rank).map(ref => remove(ref, app)));
}

interface Size {
  readonly template: string;
  readonly replicas: number;
}

function variantOf(role: 'canary' | 'baseline', { template, replicas }: Size, app: App): KubeObject {
  const distinction = distinctionOf(app);
  const content = templateBy(template, app) ?? {};
  const workload = (role === 'canary' ? app.file : app.stable) ?? app.stable ?? app.file;
  const { metadata, spec } = workload ?? { metadata: { name: app.name }, spec: {} };
  const variant = variantDeployment(
    {
      ...allOf(DEPLOYMENT),
      metadata: { ...metadata, name: app.name, namespace: app.namespace },
      ...(spec ? { spec } : {}),
    },
    role,
    { template: content, replicas, distinction },
  );
  return drains(app) ? { ...variant, spec: toJson({ ...variant.spec, template: drained(variant, app) }) } : variant;
}

/** What runs already tells it where this action has not asked. */
const drains = ({ live, key, routing, canary, baseline }: App): boolean =>
  (routing === 'pods' && live.draining?.includes(key) === true) ||
  [canary, baseline].some(variant => variant !== null && isDraining(variant));

const drained = (variant: KubeObject, { request: { inputs } }: App): JsonObject => draining(templateOf(variant), inputs.drainSeconds);

/** The release's own files that are not there yet and do nothing by themselves. */
export const absents = (app: App): readonly Operation[] =>
  app.others.filter(object => isInert(object) && !app.live.objects[keyOf(refOf(object))]).map(object => apply(object, app));

const createOnce = (object: KubeObject, objects: Readonly<Record<string, KubeObject>>): readonly Operation[] =>
  objects[keyOf(refOf(object))] ? [] : [{ do: 'create', object }];

function scale(live: KubeObject, replicas: number): Operation {
  const from = replicasOf(live);
  return {
    do: 'patch',
    ref: refOf(live),
    manager: 'kubectl',
    text: `scale from ${from} to ${replicas} replicas`,
    operations: [
      { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
      { op: 'test', path: '/spec/replicas', value: from },
      { op: 'replace', path: '/spec/replicas', value: replicas },
    ],
  };
}

/** The files of the routes that carried a split: applied when it is gone, by the last of several, since they know nothing of it. */
export function applyCarriers(app: App): Batches {
  const carriers = carrierKeys(app);
  return applyAll(
    unsplit(app).filter(object => carriers.includes(keyOf(refOf(object)))),
    app,
  );
}

function remove(ref: Ref, { live, record }: App): Operation {
  const uid = record?.created.find(made => keyOf(made.ref) === keyOf(ref))?.uid ?? live.objects[keyOf(ref)]?.metadata.uid;
  return { do: 'remove', ref, ...(uid ? { uid } : {}) };
}
