import { RolloutError } from '../errors.ts';
import { at, same } from '../manifests/json.ts';
import { belongsTo, derived, isOurs, VARIANT } from '../manifests/names.ts';
import { patchedBy } from '../manifests/patched.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { labelsOf, templateOf, texts } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { ALL_STABLE, DARK, type Traffic } from '../model/stage.ts';
import { deploymentAt, isDeployment } from '../workloads/deployment.ts';
import { checked } from './backends.ts';
import { patchWith } from './edits.ts';

type Labels = Readonly<Record<string, string>>;

/** No route at all: the root Service itself selects stable's pods or the canary's, all or nothing. */
export const service: TrafficRouter = {
  name: 'service',
  about: "The Service's own selector: all requests go to stable or to the new version.",
  routing: 'weights',
  owner: 'user',
  switches: true,
  can: [],
  settleSeconds: 2,
  lag: 'kube-proxy gathers changes for a second (minSyncPeriod)',
  kinds: [],
  collections: namespace => [{ apiVersion: 'v1', kind: 'Service', namespace }],
  carriers: (root, live) => [rootIn(root, live)].filter(object => object !== undefined).map(refOf),
  render(traffic, root, live) {
    const found = rootIn(root, live);
    if (traffic === null || !found) return [];
    const to = switches(traffic) ? canarySelector(root, live) : stableSelector(found, root, live);
    return patchWith(found, [{ path: '/spec/selector', from: found.spec?.selector, to }]);
  },
  // What selects the canary says nothing of what selected stable.
  bare: (carrier, { original }) =>
    selectorOf(carrier)[VARIANT] === undefined
      ? carrier
      : patchedBy(carrier, [{ op: 'replace', path: '/spec/selector', value: original.spec?.selector }]),
  read(root, live) {
    const found = rootIn(root, live);
    if (!found) return null;
    const leaf = serviceIn(derived(root.service, 'canary'), root, live);
    // Without a leaf there is nobody to switch to; with one, the canary is there and gets nothing.
    const still = (leaf ? DARK : ALL_STABLE).weights;
    return { owner: 'user', traffic: { weights: selectorOf(found)[VARIANT] === 'canary' ? { stable: 0, canary: 1000 } : still } };
  },
  rivals: () => [],
  accepted: () => ({ state: 'ready', text: 'a Service sends requests to its endpoints, and the step waited for those' }),
};

/** A Service of the user's that selects a new version's pods instead of those that it is for. */
export const isSwitched = (object: KubeObject): boolean =>
  object.kind === 'Service' && !isOurs(object) && selectorOf(object)[VARIANT] !== undefined;

/** A switched Service of which no record tells what it selected before: its own keys with the values of the pods of the Deployment that its leaf is for. */
export function unswitched(service: KubeObject, live: Live): KubeObject {
  const { name, namespace = '' } = service.metadata;
  const root: Root = { namespace, workload: '', service: name };
  const leaf = serviceIn(derived(name, 'canary'), root, live);
  const stable = Object.values(live.objects).find(
    object =>
      isDeployment(object) &&
      object.metadata.namespace === namespace &&
      !isOurs(object) &&
      leaf !== undefined &&
      belongsTo(leaf, object.metadata.name),
  );
  if (!stable) return service;
  return { ...service, spec: { ...service.spec, selector: stableSelector(service, { ...root, workload: stable.metadata.name }, live) } };
}

const serviceIn = (name: string, { namespace }: Root, { objects }: Live): KubeObject | undefined =>
  objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name })];

const rootIn = (root: Root, live: Live): KubeObject | undefined => serviceIn(root.service, root, live);

const selectorOf = (object: KubeObject | undefined): Labels => texts(at(object, 'spec.selector'));

function switches({ weights, match, mirrors, affinity }: Traffic): boolean {
  const shares = Object.fromEntries(checked(weights));
  const isWhole = (shares.stable ?? 0) === 1000 || (shares.canary ?? 0) === 1000;
  if (isWhole && !match && !mirrors && !affinity) return shares.canary === 1000;
  throw new RolloutError(
    'UNSUPPORTED',
    'traffic-split-method service switches all requests of a Service at once: it cannot split, match, copy or keep them',
    'Use strategy blue-green with it, or a traffic-split-method that splits by weights.',
  );
}

/** The canary's leaf knows how to select it. */
function canarySelector(root: Root, live: Live): Labels {
  const leaf = serviceIn(derived(root.service, 'canary'), root, live);
  const selector = selectorOf(leaf);
  if (leaf && !same(selector, {})) return { ...selector, [VARIANT]: 'canary' };
  throw new RolloutError(
    'NOT_FOUND',
    `Service ${root.namespace}/${derived(root.service, 'canary')} does not exist, so it is not known how the new version's pods are selected`,
    'Run deploy again: it creates the Service.',
  );
}

/** The root's own keys with the values of stable's pods. */
function stableSelector(found: KubeObject, { namespace, workload }: Root, { objects }: Live): Labels {
  const selector = selectorOf(found);
  if (selector[VARIANT] === undefined) return selector;
  const stable = objects[keyOf(deploymentAt({ namespace, name: workload }))];
  const labels = stable ? labelsOf(templateOf(stable)) : {};
  const keys = Object.keys(selector).filter(key => key !== VARIANT);
  return Object.fromEntries(keys.map(key => [key, labels[key] ?? selector[key] ?? '']));
}
