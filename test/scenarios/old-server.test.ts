/** API servers that have a kind of Kubernetes itself by an earlier version only. */
import { expect, test } from '@jest/globals';
import type { Cluster } from '../../src/model/kube.ts';
import { asked, endOf, place, run } from '../stage/rollouts.ts';

test.each([
  ['canary', 'autoscaling', 'v1', /HorizontalPodAutoscaler only as autoscaling\/v1: it is older than Kubernetes 1\.23/],
  ['none', 'autoscaling', 'v1', /HorizontalPodAutoscaler only as autoscaling\/v1/],
  ['canary', 'discovery.k8s.io', 'v1beta1', /EndpointSlice only as discovery\.k8s\.io\/v1beta1: it is older than Kubernetes 1\.21/],
])(
  '%s: one with an older %s is refused before the first write, with the version that it takes',
  async (strategy, group, version, words) => {
    const here = await place();
    const versions: Cluster['versions'] = async (of, kind) => (of === group ? [version] : here.cluster.versions(of, kind));
    const deploy = (there: typeof here) =>
      run(
        there,
        asked(there, { files: here.files('app:2'), parsed: { action: 'deploy', strategy, percentage: strategy === 'none' ? null : 20 } }),
      );
    const events = await deploy({ ...here, cluster: { ...here.cluster, versions } });
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'NOT_SERVED', message: expect.stringMatching(words) });
    expect(events.filter(({ type }) => type === 'done')).toEqual([]);
    expect(endOf(await deploy(here))).toMatchObject({ type: 'outcome' });
  },
);
