/** Requests side by side: what is told of several refusals does not hang on which of them comes first. */
import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { together } from '../../src/execute/together.ts';
import { MissingPermissions, type Permission } from '../../src/model/permission.ts';

/** A refusal that comes after so many turns of the event loop. */
const refused = async (turns: number, reason: unknown): Promise<never> => {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  throw reason;
};

describe('requests side by side', () => {
  test('give their results in their order', async () => {
    expect(await together([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
  });

  test('tell every permission that is missing, once, as rules of a Role', async () => {
    const work = [
      refused(5, lacks('services', '')),
      Promise.resolve(1),
      refused(1, lacks('deployments', 'apps')),
      refused(0, lacks('services', '')),
    ];
    await expect(together(work)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: '"ci" may not list services, deployments.apps in namespace "shop".',
      hint:
        'Add to its Role: {apiGroups: [""], resources: ["services"], verbs: ["list"]}, ' +
        '{apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]}',
    });
  });

  test('name the verbs of one resource in one rule, and the resources of one group that lack the same', async () => {
    const work = ['services', 'secrets'].flatMap(resource => [
      refused(0, lacks(resource, '')),
      refused(0, lacks(resource, '', { verb: 'create' })),
    ]);
    await expect(together([...work, refused(0, lacks('pods', ''))])).rejects.toMatchObject({
      message: '"ci" may not list services, secrets, pods, nor create services, secrets in namespace "shop".',
      hint:
        'Add to its Role: {apiGroups: [""], resources: ["services", "secrets"], verbs: ["list", "create"]}, ' +
        '{apiGroups: [""], resources: ["pods"], verbs: ["list"]}',
    });
  });

  test('tell those of the cluster apart from those of the namespace', async () => {
    const work = [refused(0, lacks('services', '')), refused(0, lacks('nodes', '', { namespace: null }))];
    await expect(together(work)).rejects.toMatchObject({
      message: '"ci" may not list services in namespace "shop"; nor list nodes.',
      hint:
        'Add to its Role: {apiGroups: [""], resources: ["services"], verbs: ["list"]}; ' +
        'to its ClusterRole: {apiGroups: [""], resources: ["nodes"], verbs: ["list"]}',
    });
  });

  test('tell a missing permission before a fault, which may come of it', async () => {
    const work = [refused(0, new RolloutError('INVALID', 'no', 'no')), refused(5, lacks('services', ''))];
    await expect(together(work)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('tell the faults of all, under the code of the first in the list', async () => {
    const work = [
      refused(9, new RolloutError('INVALID', 'a.yaml:1: bad', 'Correct a.yaml:1.')),
      refused(0, new RolloutError('INVALID', 'b.yaml:1: bad', 'Correct b.yaml:1.')),
      refused(0, new RolloutError('INVALID', 'b.yaml:1: bad', 'Correct b.yaml:1.')),
    ];
    await expect(together(work)).rejects.toMatchObject({
      code: 'INVALID',
      message: 'a.yaml:1: bad\nb.yaml:1: bad',
      hint: 'Correct a.yaml:1. Correct b.yaml:1.',
    });
  });

  test('pass one fault on as it is', async () => {
    const fault = new RolloutError('UNREACHABLE', 'down', 'Check the network.');
    await expect(together([refused(0, fault), refused(1, fault)])).rejects.toBe(fault);
  });
});

const lacks = (resource: string, group: string, other: Partial<Permission> = {}): MissingPermissions =>
  new MissingPermissions([{ who: '"ci"', verb: 'list', group, resource, namespace: 'shop', name: null, ...other }]);
