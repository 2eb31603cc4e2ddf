/** Deployments: one ReplicaSet per template, rolled from old to new. */
import type { JsonObject } from '../../model/kube.ts';
import { at, numberAt, objectAt, stringsAt, textAt } from '../json.ts';
import { matchesSelector } from '../objects/selector.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { updateDeploymentStatus } from './deployment-status.ts';
import { ownerKeys } from './pods.ts';
import { type Family, familyOf, scaleSet } from './replica-sets.ts';
import { rollOver } from './rolling.ts';
import { adopt, controlled, controllerUid, isGoing, remove } from './writes.ts';

/** The Deployment controller. */
export const deployments: Controller = {
  name: 'deployment',
  keys: (world, event) => {
    if (event.key === 'apps/deployments') return [keyOf(event.object)];
    if (event.key === 'apps/replicasets') return ownerKeys(event.object, 'Deployment');
    return event.key === '/pods' && event.type === 'DELETED' ? recreating(world, event.object) : [];
  },
  reconcile: (world, key) => {
    const deployment = world.api.store.get('apps/deployments', ...splitKey(key));
    if (deployment === undefined || isGoing(deployment)) return null;
    adoptOrphans(world, deployment);
    const before = familyOf(world, deployment, false);
    const paused = at(deployment, 'spec', 'paused') === true;
    const family = paused || isRescaled(deployment, before) ? rescale(world, deployment, before) : progress(world, deployment);
    const wait = updateDeploymentStatus(world, deployment, family);
    if (!paused) cleanUp(world, deployment, familyOf(world, deployment, false));
    return wait;
  },
};

/** A Recreate waits until the last old pod is gone. */
function recreating(world: World, pod: JsonObject): readonly string[] {
  return ownerKeys(pod, 'ReplicaSet').flatMap(key => {
    const set = world.api.store.get('apps/replicasets', ...splitKey(key));
    return set === undefined ? [] : ownerKeys(set, 'Deployment');
  });
}

function adoptOrphans(world: World, deployment: JsonObject): void {
  const selector = objectAt(deployment, 'spec', 'selector');
  const orphans = world.api.store
    .list('apps/replicasets', textAt(deployment, 'metadata', 'namespace'))
    .filter(set => controllerUid(set) === '' && !isGoing(set) && matchesSelector(selector, stringsAt(set, 'metadata', 'labels')));
  for (const set of orphans) adopt(world, set, deployment);
}

/** Whether the Deployment's replicas changed since its sets were sized. */
function isRescaled(deployment: JsonObject, family: Family): boolean {
  const wanted = numberAt(deployment, 1, 'spec', 'replicas');
  const sized = [family.current, ...family.old].filter(set => set !== null && numberAt(set, 0, 'spec', 'replicas') > 0);
  return sized.some(
    set => Number(stringsAt(set, 'metadata', 'annotations')['deployment.kubernetes.io/desired-replicas'] ?? wanted) !== wanted,
  );
}

function progress(world: World, deployment: JsonObject): Family {
  if (textAt(deployment, 'spec', 'strategy', 'type') !== 'Recreate') return rollOver(world, deployment, familyOf(world, deployment, true));
  const { old } = familyOf(world, deployment, false);
  for (const set of old) scaleSet(world, { deployment, set }, 0);
  if (old.some(set => controlled(world, '/pods', set).length > 0)) return familyOf(world, deployment, false);
  const family = familyOf(world, deployment, true);
  if (family.current !== null) scaleSet(world, { deployment, set: family.current }, numberAt(deployment, 1, 'spec', 'replicas'));
  return familyOf(world, deployment, false);
}

/** Sizes the sets for a new count: the only one, or all in proportion while a rollout is on its way. */
function rescale(world: World, deployment: JsonObject, family: Family): Family {
  const wanted = numberAt(deployment, 1, 'spec', 'replicas');
  const sets = [...(family.current === null ? [] : [family.current]), ...family.old];
  const active = sets.filter(set => numberAt(set, 0, 'spec', 'replicas') > 0);
  const only = active.length > 1 ? null : (active[0] ?? family.current ?? sets[0] ?? null);
  if (only !== null) scaleSet(world, { deployment, set: only }, wanted);
  else if (active.length > 1) inProportion(world, deployment, active);
  return familyOf(world, deployment, false);
}

function inProportion(world: World, deployment: JsonObject, active: readonly JsonObject[]): void {
  const wanted = numberAt(deployment, 1, 'spec', 'replicas');
  const before = active.reduce((sum, set) => sum + numberAt(set, 0, 'spec', 'replicas'), 0);
  let rest = wanted;
  active.forEach((set, i) => {
    const share = i === active.length - 1 ? rest : Math.min(rest, Math.round((numberAt(set, 0, 'spec', 'replicas') / before) * wanted));
    rest -= share;
    scaleSet(world, { deployment, set }, share);
  });
}

/** Old sets beyond the history limit go, the oldest first. */
function cleanUp(world: World, deployment: JsonObject, family: Family): void {
  const limit = numberAt(deployment, 10, 'spec', 'revisionHistoryLimit');
  const empty = family.old.filter(
    set => numberAt(set, 0, 'spec', 'replicas') === 0 && numberAt(set, 0, 'status', 'replicas') === 0 && !isGoing(set),
  );
  for (const set of empty.slice(0, Math.max(0, empty.length - limit))) remove(world, set);
}
