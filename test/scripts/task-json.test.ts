import { describe, expect, test } from '@jest/globals';
import { taskJson } from '../../scripts/task-json.ts';

interface Input {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: string;
  readonly label: string;
  readonly defaultValue: string;
  readonly helpMarkDown: string;
  readonly groupName: string;
  readonly visibleRule?: string;
  readonly options?: Readonly<Record<string, string>>;
}

interface Task {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly description: string;
  readonly instanceNameFormat: string;
  readonly version: unknown;
  readonly groups: readonly { readonly name: string }[];
  readonly inputs: readonly Input[];
  readonly dataSourceBindings: readonly { readonly target: string; readonly endpointId: string; readonly endpointUrl: string }[];
  readonly execution: Readonly<Record<string, { readonly target: string }>>;
}

const task = JSON.parse(taskJson('1.2.3')) as Task;

describe('the task, which Azure DevOps would refuse or show half', () => {
  test('has an id, a name and texts of the lengths that are shown', () => {
    expect(task.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(task.name).toMatch(/^[A-Za-z0-9-]+$/);
    expect(task.friendlyName.length).toBeLessThanOrEqual(40);
    expect(task.description.length).toBeLessThanOrEqual(200);
    expect(task.instanceNameFormat).not.toBe('');
    expect(task.version).toEqual({ Major: 1, Minor: 2, Patch: 3 });
  });

  test('runs on Node 20 and 24 from the bundle', () => {
    expect(task.execution).toEqual({ Node20_1: { target: 'dist/index.cjs' }, Node24: { target: 'dist/index.cjs' } });
  });

  test.each(task.inputs)('$name can be shown', input => {
    expect(input.name).toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
    expect(task.groups.map(group => group.name)).toContain(input.groupName);
    expect(input.label.length).toBeGreaterThan(0);
    expect(input.helpMarkDown.length).toBeGreaterThan(0);
    expect(input.helpMarkDown.length).toBeLessThanOrEqual(200);
    const isAskedFor = task.dataSourceBindings.some(({ target }) => target === input.name);
    expect(input.type === 'pickList').toBe(input.options !== undefined || isAskedFor);
    if (input.options !== undefined && input.defaultValue !== '') expect(Object.keys(input.options)).toContain(input.defaultValue);
    if (input.type === 'boolean') expect(['true', 'false']).toContain(input.defaultValue);
  });

  test('the help of an input names another one as the task does, and values as they are', () => {
    const helpOf = (wanted: string): string | undefined => task.inputs.find(({ name }) => name === wanted)?.helpMarkDown;
    expect(helpOf('onInconclusive')).toContain('up to `soakLimit`');
    expect(helpOf('scriptCan')).toContain('`mirror-percentage`');
    expect(helpOf('analysis')).toContain('`on-inconclusive`');
  });

  test('rules of visibility name inputs that exist, and values that these have', () => {
    const conditions = task.inputs.flatMap(input => input.visibleRule?.split(/ (?:&&|\|\|) /) ?? []);
    expect(conditions.length).toBeGreaterThan(0);
    for (const condition of conditions) {
      const [, name, value] = /^(\w+) = (\w+)$/.exec(condition) ?? [];
      const input = task.inputs.find(each => each.name === name);
      expect(Object.keys(input?.options ?? {})).toContain(value);
    }
  });

  test('lists that Azure is asked for are of inputs that exist, by inputs that exist', () => {
    const names = task.inputs.map(input => input.name);
    const used = task.dataSourceBindings.flatMap(({ target, endpointId, endpointUrl }) => [
      target,
      ...[...`${endpointId}${endpointUrl}`.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name),
    ]);
    expect(used).toEqual(
      expect.arrayContaining(['azureResourceGroup', 'kubernetesCluster', 'azureSubscriptionConnection', 'resourceType']),
    );
    for (const name of used) expect(names).toContain(name);
  });

  test('input names and aliases differ also without their case', () => {
    const names = task.inputs.flatMap(input => [input.name, ...(input.aliases ?? [])]).map(name => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('no input is a file path, which the agent would fill with the working directory when it is empty', () => {
    expect(task.inputs.filter(input => input.type === 'filePath')).toEqual([]);
  });
});
