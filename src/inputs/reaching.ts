/** What the inputs together say of how the cluster is reached. */
import type { ValueReader } from './reader.ts';
import type { InputName } from './spec.ts';

/** What Azure Resource Manager has to be told, and the names that it allows. */
const needed: readonly (readonly [InputName, RegExp, string])[] = [
  ['azure-subscription-connection', /./, 'the name of an Azure Resource Manager service connection'],
  ['azure-resource-group', /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, 'the name of the resource group'],
  ['kubernetes-cluster', /^[A-Za-z0-9][\w-]{0,62}$/, 'the name of the cluster'],
];

const isByAzure = (read: ValueReader): boolean => read.pick('connection-type') === 'azureResourceManager';

/** What is missing or cannot be, a line each. */
export function reachingFaults(read: ValueReader): readonly string[] {
  if (!isByAzure(read)) return [];
  const wrong = needed.filter(([name, allowed]) => !allowed.test(read.text(name) ?? ''));
  const type = read.spelling('connection-type');
  const second = read.isGiven('kubeconfig') ? [`kubeconfig: ${type} azureResourceManager brings its own; leave one of them out`] : [];
  return [...wrong.map(([name, , what]) => `${read.spelling(name)}: ${type} azureResourceManager needs it: ${what}`), ...second];
}

/** What is given for Azure though Azure is not asked. */
export function reachingWarnings(read: ValueReader): readonly string[] {
  if (isByAzure(read)) return [];
  const idle = needed.map(([name]) => name).filter(name => read.isGiven(name));
  const type = read.spelling('connection-type');
  return idle.map(name => `${read.spelling(name)} has no effect without ${type}: azureResourceManager.`);
}
