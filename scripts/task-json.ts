/** `task.json`, made from the table of inputs. */

import { all, type InputGroup, type InputKind, type InputSpec } from '../src/inputs/input.ts';
import { inputsOf, namesOf, spelling } from '../src/inputs/names.ts';
import type { InputName } from '../src/inputs/spec.ts';
import { briefly } from './choices.ts';
import { shortListsOnOneLine } from './json.ts';
import { outputTexts, product } from './outputs.ts';

/** Never changes: Azure DevOps knows the task by it. */
const taskId = '6f2a7c1e-93d4-4b58-8a0f-5c1d7e42b9a6';

/** The first agent that has Node 20. */
const minimumAgentVersion = '3.232.1';

const groups: Readonly<Record<InputGroup, { readonly title: string; readonly open: boolean }>> = {
  rollout: { title: 'Rollout', open: true },
  strategy: { title: 'Strategy in detail', open: false },
  files: { title: 'Files and images', open: true },
  cluster: { title: 'Cluster', open: true },
  timing: { title: 'Timing', open: false },
  analysis: { title: 'Analysis', open: false },
  safety: { title: 'Safety', open: false },
};

/** Inputs that name a service connection, with the connection's type. */
const connected: ReadonlyMap<InputName, string> = new Map([
  ['kubernetes-service-connection', 'connectedService:kubernetes'],
  ['azure-subscription-connection', 'connectedService:AzureRM'],
]);

/** Inputs whose values the editor asks Azure for. */
const listed: readonly InputName[] = ['azure-resource-group', 'kubernetes-cluster'];

const ofManager: readonly InputName[] = [
  'azure-subscription-connection',
  ...listed,
  'resource-type',
  'use-cluster-admin',
  'use-private-fqdn',
];

const subscription = '{{{endpoint.url}}}/subscriptions/{{{endpoint.subscriptionId}}}';

/** How the editor asks. */
const dataSourceBindings = [
  {
    target: 'azureResourceGroup',
    endpointId: '$(azureSubscriptionConnection)',
    endpointUrl: `${subscription}/resourcegroups?api-version=2021-04-01`,
    resultSelector: 'jsonpath:$.value[*]',
    resultTemplate: '{"Value":"{{{name}}}","DisplayValue":"{{{name}}}"}',
  },
  {
    target: 'kubernetesCluster',
    endpointId: '$(azureSubscriptionConnection)',
    endpointUrl: `${subscription}/resourceGroups/$(azureResourceGroup)/providers/$(resourceType)?api-version=2024-04-01`,
    resultSelector: 'jsonpath:$.value[*]',
    resultTemplate: '{"Value":"{{{name}}}","DisplayValue":"{{{name}}}"}',
  },
];

/** The file's text for a version such as "1.2.3". */
export function taskJson(version: string): string {
  const [Major = 0, Minor = 0, Patch = 0] = version.split('.').map(part => Number.parseInt(part, 10));
  const handler = { target: 'dist/index.cjs' };
  const task = {
    id: taskId,
    name: 'KubernetesRollout',
    friendlyName: product.name,
    description: product.about,
    helpMarkDown: 'Every input is described in docs/reference.md of the project.',
    category: 'Deploy',
    visibility: ['Build', 'Release'],
    runsOn: ['Agent', 'DeploymentGroup'],
    author: 'kubernetes-rollout',
    version: { Major, Minor, Patch },
    minimumAgentVersion,
    instanceNameFormat: 'Rollout: $(action)',
    showEnvironmentVariables: true,
    groups: Object.entries(groups).map(([name, { title, open }]) => ({ name, displayName: title, isExpanded: open })),
    inputs: inputsOf('azure').map(([name, spec]) => input(name, spec)),
    dataSourceBindings,
    outputVariables: Object.entries(outputTexts).map(([name, description]) => ({ name, description })),
    execution: { Node20_1: handler, Node24: handler },
    postjobexecution: { Node20_1: handler, Node24: handler },
  };
  return `${shortListsOnOneLine(JSON.stringify(task, null, 2))}\n`;
}

function input(name: InputName, spec: InputSpec): Readonly<Record<string, unknown>> {
  const [declared, ...aliases] = namesOf(name, 'azure');
  const rule = visibleRule(name, spec);
  return {
    name: declared,
    ...(aliases.length === 0 ? {} : { aliases }),
    type: connected.get(name) ?? (listed.includes(name) ? 'pickList' : TYPES[spec.kind.type]),
    label: spec.label,
    defaultValue: spec.fallback,
    required: false,
    helpMarkDown: named(briefly(spec), name, spec),
    groupName: spec.group,
    ...(rule === null ? {} : { visibleRule: rule }),
    ...(spec.kind.type === 'pick' || spec.kind.type === 'picks' ? { options: options(spec.kind) } : {}),
    ...(spec.kind.type === 'picks' || listed.includes(name) ? { properties: { EditableOptions: 'True' } } : {}),
  };
}

/** Other inputs by the names that they have here. Values of the input itself stay, and so do the names in a file of the analysis. */
function named(help: string, own: InputName, { kind }: InputSpec): string {
  if (own === 'analysis') return help;
  const values = kind.type === 'pick' || kind.type === 'picks' ? kind.choices.map(({ value }) => value) : [];
  return inputsOf('azure')
    .filter(([name]) => !values.includes(name))
    .reduce((text, [name]) => text.replaceAll(`\`${name}\``, `\`${spelling(name, 'azure')}\``), help);
}

/** `filePath` is not used: the agent would turn an empty one into the working directory. */
const TYPES: Readonly<Record<InputKind['type'], string>> = {
  pick: 'pickList',
  picks: 'pickList',
  boolean: 'boolean',
  lines: 'multiLine',
  matches: 'multiLine',
  metrics: 'multiLine',
  headers: 'multiLine',
  probes: 'multiLine',
  comparisons: 'multiLine',
  prometheus: 'string',
  percentage: 'string',
  percentages: 'string',
  amount: 'string',
  count: 'string',
  duration: 'string',
  namespace: 'string',
  name: 'string',
  text: 'string',
};

function options(kind: Extract<InputKind, { readonly type: 'pick' | 'picks' }>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    kind.choices.flatMap(({ value, about, also }) => [value, ...(also ?? [])].map(each => [each, `${each}: ${about}`])),
  );
}

function visibleRule(name: InputName, spec: InputSpec): string | null {
  if (name === 'kubernetes-service-connection') return 'connectionType = kubernetesServiceConnection';
  if (ofManager.includes(name)) return 'connectionType = azureResourceManager';
  if (spec.actions.length === all.length) return null;
  return spec.actions.map(action => `action = ${action}`).join(' || ');
}
