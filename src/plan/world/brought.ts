/** What a rollout has brought of the user's files, and whose pods need it beside its own. */
import { isLentRef, showsOurs } from '../../manifests/lending.ts';
import { APPLICATION, deploymentOf, derived, isOurs, VARIANT } from '../../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { templateOf } from '../../manifests/template.ts';
import { nameOfVersion, versionsOf } from '../../manifests/versions.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { Created, Rollout } from '../../model/record.ts';
import type { Shadow } from '../../model/stage.ts';
import { recordsIn } from '../../routers/splits.ts';
import { deploymentAt, isDeployment } from '../../workloads/deployment.ts';
import type { App } from './app.ts';
import { around, isNamed } from './belongings.ts';
import { isKept } from './order-of-kinds.ts';
import { keepsFirst } from './put-back.ts';
import { keptFor, leftBeside } from './versions.ts';

/** What the record lists as brought by a version and still is there; data is left, and so are others' things, and what others need. */
export function removableFiles(created: readonly Created[], version: Shadow, app: App): readonly Ref[] {
  const listed = listedBy(created, version, app);
  return listed.filter(ref => readersOf(ref, listed, app).length === 0);
}

function listedBy(created: readonly Created[], version: Shadow, app: App): readonly Ref[] {
  const { live, recordCreatedAt, request } = app;
  const given = request.manifests.map(({ object }) => keyOf(refOf(object)));
  const kept = keptFor(app, version);
  const isBrought = ({ ref, uid }: Created): boolean => {
    const object = live.objects[keyOf(ref)];
    if (!object || !(isLentRef(ref, app) || given.includes(keyOf(ref)))) return false;
    return (uid === undefined || object.metadata.uid === uid) && showsOurs(object, recordCreatedAt);
  };
  return created.filter(made => !isKept(made.ref) && !kept.includes(keyOf(made.ref)) && isBrought(made)).map(({ ref }) => ref);
}

/**
 * Other Deployments, the user's and variants of theirs, whose pods could not start again without it. What this very plan removes needs nothing, nor
 * does what was brought with it.
 */
function readersOf(ref: Ref, listed: readonly Ref[], { live, namespace, name, leaving = [] }: App): readonly KubeObject[] {
  const gone = [...leaving, ...listed.map(keyOf)];
  return Object.values(live.objects).filter(object => {
    const isOther = isDeployment(object) && object.metadata.namespace === namespace && object.metadata.name !== name;
    return isOther && !gone.includes(keyOf(refOf(object))) && isReadBy(object, ref);
  });
}

/** Keys of the Deployments that a plan takes away. */
export const leavingIn = (plan: Plan, apps: readonly App[]): readonly string[] =>
  plan.flat().flatMap(({ workload, step }) => {
    const app = apps.find(({ key }) => key === workload);
    const name = app && removedBy(step, app);
    return name ? [keyOf(deploymentAt({ namespace: app.namespace, name }))] : [];
  });

function removedBy(step: Step, app: App): string | null {
  if (step.do === 'end') return derived(app.name, step.shadow);
  return step.do === 'delete' && step.kind === 'workload' ? deploymentOf(step.role, app) : null;
}

const isReadBy = (workload: KubeObject, ref: Ref): boolean =>
  ref.namespace === workload.metadata.namespace && isNamed(ref, templateOf(workload));

/** What the files have that goes with another workload, and this one's pods read too. */
export const readBeside = ({ request, others, namespace, next }: App): readonly KubeObject[] =>
  around(request).filter(
    object => next !== null && object.metadata.namespace === namespace && !others.includes(object) && isNamed(refOf(object), next),
  );

/** What another workload's rollout brought for its own pods, and this one's read too: it goes with the last of them. */
export const broughtBeside = (app: App): readonly Created[] =>
  rolloutsBeside(app)
    .flatMap(({ tested, created }) => created.filter(({ ref }) => tested !== null && isNamed(ref, tested.template)))
    .filter(({ ref }) => app.next !== null && ref.namespace === app.namespace && isNamed(ref, app.next));

const rolloutsBeside = ({ live, namespace, name }: App): readonly Rollout[] =>
  recordsIn(live).filter(rollout => rollout.namespace === namespace && rollout.workload !== name);

/** What a reject leaves of what its rollout brought, one sentence each. A first release that goes on running keeps it for itself. */
export function leftToReaders(app: App): readonly string[] {
  const { record } = app;
  if (keepsFirst(app)) return [];
  const left = leftBeside(app);
  const ended = record ? versionsOf(record).filter(version => !left.includes(nameOfVersion(version))) : [];
  return ended.flatMap(version => {
    const listed = listedBy(version.created, nameOfVersion(version), app);
    return listed.flatMap(ref => {
      const readers = readersOf(ref, listed, app);
      return readers.length > 0 ? [sentence(ref, readers, app)] : [];
    });
  });
}

function sentence(ref: Ref, readers: readonly KubeObject[], app: App): string {
  const heir = rolloutsBeside(app).find(({ created }) => created.some(made => keyOf(made.ref) === keyOf(ref)));
  const end = heir && readers.every(isOurs) ? `It goes with the rollout of ${heir.workload}.` : 'Remove it when nothing needs it any more.';
  return `${nameOf(ref)} stays: ${readers.map(called).join(' and ')} read${readers.length > 1 ? '' : 's'} it. ${end}`;
}

const called = ({ metadata: { name, labels = {} } }: KubeObject): string =>
  labels[VARIANT] === undefined ? `Deployment ${name}` : `the ${labels[VARIANT]} of ${labels[APPLICATION]}`;
