/** Inputs and actions of Azure/k8s-deploy and KubernetesManifest@1 that we do not have, each with what to do instead. */
import type { Dialect } from './input.ts';

/** An input of theirs. A value for which leaving it out changes nothing is a warning, any other one an error. */
export interface ForeignInput {
  readonly name: string;
  readonly instead: string;
  /** `always`: the input never means anything here; else the values (lower-case) that mean the same as leaving it out. */
  readonly harmless: 'always' | readonly string[];
}

const elsewhere = (action: string): string =>
  `it belongs to the action ${action}; keep KubernetesManifest@1 for that, and leave the input out here`;
const direct = 'the step connects to the API server directly; run it on a machine that can reach the private cluster';
const noCloud =
  'the action does not log in to a cloud; run azure/login and azure/aks-set-context in earlier steps: it uses the kubeconfig that they write';

const ofBake = ['renderType', 'dockerComposeFile', 'helmChart', 'releaseName', 'overrideFiles', 'overrides', 'kustomizationPath', 'silent'];
const ofPatch = ['resourceToPatch', 'resourceFileToPatch', 'mergeStrategy', 'patch'];
const ofScale = ['kind', 'name', 'replicas'];
const ofCreateSecret = ['secretType', 'secretName', 'secretArguments', 'dockerRegistryEndpoint'];

/** How deploy by blue-green differs from that of Azure/k8s-deploy. */
export const STANDS_BY =
  'A deploy by Azure/k8s-deploy sends all requests to the new version at once; here it stands by until promote, or until a deploy with percentage: 100.';

const github: readonly ForeignInput[] = [
  {
    name: 'force',
    harmless: ['false'],
    instead: 'it would delete and recreate objects; to take over fields of another tool, set force-conflicts: true',
  },
  { name: 'private-cluster', harmless: ['false'], instead: direct },
  { name: 'resource-group', harmless: 'always', instead: noCloud },
  { name: 'name', harmless: 'always', instead: noCloud },
  { name: 'resource-type', harmless: 'always', instead: noCloud },
  {
    name: 'route-method',
    harmless: 'always',
    instead: `with strategy blue-green it is read as traffic-split-method (service, ingress or smi) if that is not set. ${STANDS_BY} Otherwise traffic-split-method says what splits the requests`,
  },
  {
    name: 'version-switch-buffer',
    harmless: ['0'],
    instead: 'set switch-delay at promote, with a unit: their `10` (minutes) is `10m`',
  },
  {
    name: 'traffic-split-annotations',
    harmless: [],
    instead: 'our TrafficSplit has none of your annotations; leave the input out if your mesh does not need them',
  },
  { name: 'annotate-resources', harmless: 'always', instead: 'nothing is annotated; leave it out' },
  { name: 'annotate-namespace', harmless: 'always', instead: 'nothing is annotated; leave it out' },
  { name: 'pull-images', harmless: 'always', instead: 'no image is pulled on the runner; leave it out' },
  { name: 'token', harmless: 'always', instead: 'no GitHub token is needed; leave it out' },
  { name: 'server-side', harmless: 'always', instead: 'all objects are applied server-side; leave it out' },
  { name: 'kubectl-version', harmless: 'always', instead: 'kubectl is not used; leave it out' },
  { name: 'args', harmless: [], instead: 'kubectl is not used, so it takes no arguments' },
  { name: 'rolloutstatustimeout', harmless: [], instead: 'on GitHub it is called timeout: 90s, 10m, or a bare number of minutes' },
];

const azure: readonly ForeignInput[] = [
  ...ofBake.map(name => ({ name, harmless: 'always' as const, instead: elsewhere('bake') })),
  ...ofPatch.map(name => ({ name, harmless: 'always' as const, instead: elsewhere('patch') })),
  ...ofScale.map(name => ({ name, harmless: 'always' as const, instead: elsewhere('scale') })),
  ...ofCreateSecret.map(name => ({ name, harmless: 'always' as const, instead: elsewhere('createSecret') })),
  { name: 'arguments', harmless: 'always', instead: elsewhere('delete') },
  { name: 'force', harmless: ['false'], instead: 'to take over fields of another tool, set forceConflicts: true' },
  { name: 'timeout', harmless: [], instead: 'on Azure it is called rolloutStatusTimeout: seconds, or 90s, 10m' },
];

const actions: ReadonlyMap<string, string> = new Map([
  ['bake', 'set manifests to the directory of the overlay or the chart: this step renders it itself (helm-values, helm-set, helm-release)'],
  ['createsecret', 'create the secret in an earlier step (KubernetesManifest@1 with action: createSecret) and name it in imagePullSecrets'],
  ['delete', 'use KubernetesManifest@1 with action: delete, or kubectl delete'],
  ['patch', 'change the manifest and deploy it, or use KubernetesManifest@1 with action: patch'],
  ['scale', 'change replicas in the manifest and deploy it, or use KubernetesManifest@1 with action: scale'],
]);

/** The foreign inputs that users of a platform may bring; none in a terminal. */
export function foreignInputs(dialect: Dialect): readonly ForeignInput[] {
  if (dialect === 'terminal') return [];
  return dialect === 'github' ? github : azure;
}

/** Whether a step on GitHub was written for Azure/k8s-deploy: it gives what that alone has. */
export const isOfDeploy = (given: ReadonlyMap<string, string>): boolean =>
  github.some(({ name }) => name !== 'rolloutstatustimeout' && given.has(name));

/** What to do instead of an action of theirs, or null. */
export function insteadOfAction(action: string): string | null {
  return actions.get(action.toLowerCase()) ?? null;
}
