import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../src/inputs/parse.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { appOf } from '../../src/plan/app.ts';
import { noticesOf } from '../../src/plan/notices.ts';
import { routers } from '../../src/routers/index.ts';
import { aPod } from '../build/pod.ts';
import { aService } from '../build/service.ts';

const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', uid: 'uid-of-web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } },
};

const bare = aPod('web-1').labels({ app: 'web' });
const container = (name: string) => [{ name, image: `${name}:1` }];

/** What is said before the first write of a deploy by this method, with these pods in the cluster. */
function notices(router: string, pods: readonly KubeObject[], unread: readonly string[] = []): readonly string[] {
  const live = Object.fromEntries([stable, ...pods].map(object => [keyOf(refOf(object)), object]));
  const { inputs } = parseInputs({ action: 'deploy', manifests: '.', strategy: 'canary', percentage: '20' }, 'github');
  const app = appOf(
    { namespace: 'demo', name: 'web' },
    {
      request: { inputs, namespace: 'demo', manifests: [], release: 'r', run: { id: '1', name: 'run 1' }, process: 'p' },
      live: { now: 0, objects: live, versions: {}, rendered: {}, ended: [], changed: [], unread },
      routers: [routers[router]].filter(found => found !== undefined),
      routing: routers[router]?.routing ?? 'weights',
    },
    true,
  );
  return noticesOf(app);
}

describe('a mesh that works by sidecars', () => {
  test.each(['smi', 'istio', 'linkerd'])('is doubted with %s where no pod of stable has one', router => {
    expect(notices(router, [bare.build()])).toEqual([expect.stringContaining('no pod has a sidecar')]);
  });

  test('is there when a pod has its container, also a native one', () => {
    expect(notices('istio', [bare.field('spec.containers', container('istio-proxy')).build()])).toEqual([]);
    expect(notices('linkerd', [bare.field('spec.initContainers', container('linkerd-proxy')).build()])).toEqual([]);
    expect(notices('smi', [bare.field('spec.containers', container('envoy')).build()])).toEqual([]);
  });

  test('is not doubted for the pods of others, nor where pods may not be read', () => {
    expect(notices('istio', [aPod('api-1').labels({ app: 'api' }).build()])).toEqual([]);
    expect(notices('istio', [])).toEqual([]);
  });

  test('is asked for by no other router', () => {
    expect(notices('gateway-api', [bare.build()])).toEqual([]);
  });
});

test('policies that the role may not list are named, where the variants have labels of their own', () => {
  const service = aService('web').build();
  const told = notices('contour', [service], ['AuthorizationPolicy of security.istio.io']);
  expect(told).toEqual([expect.stringContaining('may not list AuthorizationPolicy of security.istio.io')]);
  expect(notices('pod', [service], ['AuthorizationPolicy of security.istio.io']).join()).not.toContain('may not list');
});
