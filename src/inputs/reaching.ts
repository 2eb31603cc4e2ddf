/** What the inputs together say of how the cluster is reached. */
import type { Together } from './combinations.ts';
import type { ValueReader } from './reader.ts';
import { type InputName, specs } from './spec.ts';

/** What Azure Resource Manager has to be told, and the names that it allows. */
const needed: readonly (readonly [InputName, RegExp, string])[] = [
  ['azure-subscription-connection', /./, 'the name of an Azure Resource Manager service connection'],
  ['azure-resource-group', /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, 'the name of the resource group'],
  ['kubernetes-cluster', /^[A-Za-z0-9][\w-]{0,62}$/, 'the name of the cluster'],
];

/** What an Azure step lacks, or what cannot be, is a fault; what is given for a way that the step does not take is a warning. */
export function reaching(read: ValueReader): Together {
  const type = read.spelling('connection-type');
  const beside = besideDefault(read);
  read.boolean('annotate');
  const first = beforeService(read, type);
  const unused =
    first !== null && read.isGiven(SERVICE) ? [`${read.spelling(SERVICE)} has no effect beside ${first}, which leads to the cluster.`] : [];
  if (read.pick('connection-type') === 'azureResourceManager') return { faults: lacking(read, type), warnings: unused };
  const idle = [...needed.map(([name]) => name).filter(name => read.isGiven(name)), ...beside];
  return {
    faults: first === null ? serviceFaults(read, type) : [],
    warnings: [...unused, ...idle.map(name => `${read.spelling(name)} has no effect without ${type}: azureResourceManager.`)],
  };
}

const SERVICE: InputName = 'kubernetes-service-connection';

/** What leads to the cluster in place of a Kubernetes service connection; null where that connection does. */
function beforeService(read: ValueReader, type: string): string | null {
  const asked = read.pick('connection-type');
  if (asked === 'azureResourceManager' || asked === 'none') return `${type} ${asked}`;
  return read.isGiven('kubeconfig') ? read.spelling('kubeconfig') : null;
}

/** The agent fills in the type that a step leaves out, and the connection of an environment: what is empty behind both leads to any cluster. */
function serviceFaults(read: ValueReader, type: string): readonly string[] {
  const isAsked = read.isGiven('connection-type') && read.text('connection-type')?.toLowerCase() === 'kubernetesserviceconnection';
  if (!isAsked || read.isGiven(SERVICE)) return [];
  return [
    `${read.spelling(SERVICE)}: ${type} kubernetesServiceConnection needs it: the name of a Kubernetes service connection, or a deployment job on an environment with a Kubernetes resource, which brings its own; ${type}: none takes the agent's own kubeconfig`,
  ];
}

function lacking(read: ValueReader, type: string): readonly string[] {
  const wrong = needed.filter(([name, allowed]) => !allowed.test(read.text(name) ?? ''));
  const second = read.isGiven('kubeconfig')
    ? [`kubeconfig: ${type} azureResourceManager brings its own kubeconfig; leave one of them out`]
    : [];
  return [...wrong.map(([name, , what]) => `${read.spelling(name)}: ${type} azureResourceManager needs it: ${what}`), ...second];
}

/** Inputs that the agent fills in by itself: only a value that is not the default is the user's. */
function besideDefault(read: ValueReader): readonly InputName[] {
  const isOther = read.pick('resource-type') !== specs['resource-type'].fallback;
  const asked = (['use-cluster-admin', 'use-private-fqdn'] as const).filter(name => read.boolean(name));
  return isOther ? ['resource-type', ...asked] : asked;
}
