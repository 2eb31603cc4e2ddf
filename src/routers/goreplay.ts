import { RolloutError } from '../errors.ts';
import { at, records, same, text } from '../manifests/json.ts';
import { VARIANT } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import { isMirror } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { ALL_STABLE } from '../model/stage.ts';
import { DEPLOYMENT, deploymentAt, isDeployment } from '../workloads/deployment.ts';
import { allOf } from '../workloads/workload.ts';
import { patchWith } from './edits.ts';
import { copiesOf, copiesTo, isFirstOf, mirrorContainer, sourcesOf } from './goreplay-mirror.ts';
import { type Copy, copiesIn, mirrorsOf } from './mirrors.ts';

const CONTAINERS = 'spec.template.spec.containers';

/**
 * No route at all: containers of ours in stable's pods copy what they hear on its ports to the canary's Service. They are no part of the
 * template as the user knows it: promote replaces it whole, and otherwise they are taken out again.
 */
export const goreplay: TrafficRouter = {
  name: 'goreplay',
  about:
    "A sidecar (GoReplay) in the running version's pods that copies requests without a mesh. It restarts the pods, so it needs `allow-restart`.",
  routing: 'weights',
  owner: 'ours',
  restarts: true,
  only: ['copies', 'everything'],
  can: ['mirror', 'mirror-percentage', 'mirror-several'],
  settleSeconds: 2,
  lag: 'the pods restart and are awaited; kube-proxy gathers changes for a second (minSyncPeriod)',
  kinds: [],
  collections: namespace => [{ ...allOf(DEPLOYMENT), namespace }],
  carriers: () => [],
  render(traffic, root, live) {
    const found = stableOf(root, live);
    if (!found || !isFirstOf(root, live)) return [];
    const copies = copiesIn(traffic ?? {});
    const wanted = copies.length > 0 ? containers(copies, root, live) : [];
    const now = records(at(found, CONTAINERS));
    const kept = wanted.map(made => now.find(container => isSame(container, made)) ?? made);
    return patchWith(found, [
      { path: `/${CONTAINERS.replaceAll('.', '/')}`, from: now, to: [...now.filter(container => !isMirror(container)), ...kept] },
    ]);
  },
  read(root, live) {
    const mirror = records(at(stableOf(root, live), CONTAINERS)).find(isMirror);
    return mirror ? { owner: 'ours', traffic: { ...ALL_STABLE, ...mirrorsOf(copiesOf(mirror, root, live)) } } : null;
  },
  rivals: () => [],
  accepted: () => ({ state: 'ready', text: 'the step waited for stable’s pods, which copy their requests' }),
};

/** Stable's Deployment; where nobody remembers which it is, the one that copies to the root's canary. */
function stableOf(root: Root, { objects }: Live): KubeObject | undefined {
  const { namespace, workload: name } = root;
  if (name !== '') return objects[keyOf(deploymentAt({ namespace, name }))];
  return Object.values(objects).find(
    object =>
      isDeployment(object) &&
      object.metadata.namespace === namespace &&
      object.metadata.labels?.[VARIANT] === undefined &&
      records(at(object, CONTAINERS)).some(container => copiesTo(container, root)),
  );
}

function containers(copies: readonly Copy[], root: Root, live: Live): readonly Readonly<Record<string, unknown>>[] {
  const broken = copies.find(([, percentage]) => !Number.isInteger(percentage));
  if (broken) {
    throw new RolloutError(
      'UNSUPPORTED',
      `traffic-split-method goreplay copies whole percents of the requests, not ${broken[1]}`,
      'Set mirror-percentage to a whole number.',
    );
  }
  const sources = sourcesOf(root, live);
  if (sources.length === 0) {
    throw new RolloutError(
      'UNSUPPORTED',
      `traffic-split-method goreplay: Service ${root.namespace}/${root.service} has no TCP port whose requests could be copied`,
      'Give the Service a port whose targetPort is a number, or the name of a port of the container.',
    );
  }
  return sources.map(source => mirrorContainer(source, copies, root));
}

/** The API server fills in the rest. */
const isSame = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean =>
  text(one.name) === text(other.name) && one.image === other.image && same(one.args, other.args);
