import { RolloutError } from '../../errors.ts';
import { ROLLOUT_HASH } from '../../manifests/argo-rollouts.ts';
import { PRIMARY, primaryKey } from '../../manifests/flagger.ts';
import { isSelecting } from '../../manifests/incumbents.ts';
import { selectorLabels } from '../../manifests/isolate.ts';
import { at } from '../../manifests/json.ts';
import { derived, isOurs } from '../../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { texts } from '../../manifests/template.ts';
import { podLabels } from '../../manifests/variant.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import { routerOf } from '../../routers/lanes.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { lanesOf } from '../world/view.ts';

/** Labels by which the usual deploy actions mark what they leave. */
const INCUMBENT_LABELS = ['azure-pipelines/version', 'workflow/version', 'k8s.deploy.color', ROLLOUT_HASH] as const;

/**
 * Throws where another tool's rollout of the workload is open, or was left behind.
 * @throws RolloutError FOREIGN_ROLLOUT with the names of what is there.
 */
export function refuseForeign(app: App): void {
  const found = foreignObjects(app);
  if (found.length === 0) return;
  throw new RolloutError(
    'FOREIGN_ROLLOUT',
    `another tool has a rollout of Deployment ${app.key} open or left it behind: ${found.map(nameOf).join(', ')}`,
    'Promote or reject it with the tool that made it and remove what it left, or set adopt: true, which gives the requests to the running version and removes the rest. Then run this again.',
  );
}

function foreignObjects(app: App): readonly Ref[] {
  const { namespace, name, live, roots } = app;
  const names = [
    name,
    derived(name, 'stable'),
    derived(name, 'canary'),
    derived(name, 'baseline'),
    derived(name, 'green'),
    `${name}${PRIMARY}`,
  ];
  const marked = Object.values(live.objects).filter(
    object =>
      object.metadata.namespace === namespace &&
      isDeployment(object) &&
      names.includes(object.metadata.name) &&
      !isAdopted(object, app) &&
      (isMarked(object) || isStableCopy(object, name) || isPrimary(object, app)),
  );
  const services = roots.flatMap(root => {
    const leaf = live.objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name: derived(root.metadata.name, 'stable') })];
    return [...(leaf && !isOurs(leaf) ? [leaf] : []), ...(isMarkedSelector(root) ? [root] : [])];
  });
  const splits = lanesOf(app)
    .flatMap(lane => routerOf(lane).rivals(lane.root, live))
    .filter(({ name: rival }) => /-(azure-pipelines-rollout|workflow-rollout|trafficsplit)$/.test(rival));
  return [...marked.map(refOf), ...services.map(refOf), ...splits];
}

/** The running version keeps its mark until a promote applies the file, which has none. */
const isAdopted = (object: KubeObject, { request: { inputs }, name }: App): boolean =>
  inputs.adopt && object.metadata.name === name && !isSelecting(object);

const isStableCopy = (object: KubeObject, name: string): boolean => object.metadata.name === derived(name, 'stable') && !isOurs(object);

const isPrimary = (object: KubeObject, { file }: App): boolean =>
  file !== null && primaryKey(object, selectorLabels(file.spec)) !== undefined;

const isMarked = (object: KubeObject): boolean =>
  !isOurs(object) &&
  INCUMBENT_LABELS.some(label => object.metadata.labels?.[label] !== undefined || podLabels(object)[label] !== undefined);

const isMarkedSelector = (service: KubeObject): boolean =>
  INCUMBENT_LABELS.some(label => texts(at(service, 'spec.selector'))[label] !== undefined);
