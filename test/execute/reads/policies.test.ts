import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { readPolicies } from '../../../src/execute/reads/policies.ts';
import { anObject } from '../../build/any.ts';
import { fakeCluster } from '../../fakes/cluster.ts';

const policy = anObject('security.istio.io/v1', 'AuthorizationPolicy', 'web').namespace('demo').build();
const versions = async (group: string, kind: string): Promise<readonly string[]> =>
  group === 'security.istio.io' && kind === 'AuthorizationPolicy' ? ['v1', 'v1beta1'] : [];

describe('policies of a mesh', () => {
  test('are not asked for where it is not installed', async () => {
    const cluster = { ...fakeCluster(policy), list: () => Promise.reject(new Error('no list is due')) };
    expect(await readPolicies(cluster, ['demo'])).toEqual({ objects: [], unread: [], unscraped: [] });
  });

  test('are listed in the version that the cluster prefers', async () => {
    const asked: string[] = [];
    const fake = fakeCluster(policy);
    const cluster = {
      ...fake,
      versions,
      list: async (of: Parameters<typeof fake.list>[0]) => {
        asked.push(`${of.apiVersion} ${of.kind} ${of.namespace}`);
        return fake.list(of);
      },
    };
    const { objects } = await readPolicies(cluster, ['demo']);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['web']);
    expect(asked).toEqual(['security.istio.io/v1 AuthorizationPolicy demo']);
  });

  test('that the role may not list are told, and are no failure', async () => {
    const forbidden = new RolloutError('FORBIDDEN', 'may not list', 'Grant it.');
    const cluster = { ...fakeCluster(), versions, list: () => Promise.reject(forbidden) };
    expect(await readPolicies(cluster, ['demo', 'other'])).toEqual({
      objects: [],
      unread: ['AuthorizationPolicy of security.istio.io'],
      unscraped: [],
    });
  });
});
