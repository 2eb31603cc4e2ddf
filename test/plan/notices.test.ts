import { describe, expect, test } from '@jest/globals';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { noticesOf } from '../../src/plan/words/notices.ts';
import { appOf } from '../../src/plan/world/app.ts';
import { routers } from '../../src/routers/index.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aPod } from '../build/pod.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', uid: 'uid-of-web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } },
};

const bare = aPod('web-1').labels({ app: 'web' });
const container = (name: string) => [{ name, image: `${name}:1` }];

const canary: RawInputs = { strategy: 'canary', percentage: '20' };

/** What is said before the first write of a deploy by this method, with these objects in the cluster. */
function notices(
  router: string,
  objects: readonly KubeObject[],
  {
    unread = [],
    asked = canary,
    file,
  }: { readonly unread?: readonly string[]; readonly asked?: RawInputs; readonly file?: KubeObject } = {},
): readonly string[] {
  const live = Object.fromEntries([stable, ...objects].map(object => [keyOf(refOf(object)), object]));
  const { manifests: files } = aRequest({ files: file ? [file] : [] });
  const { inputs } = parseInputs({ action: 'deploy', manifests: '.', 'traffic-split-method': router, ...asked }, 'github');
  const app = appOf(
    { namespace: 'demo', name: 'web' },
    {
      request: { inputs, namespace: 'demo', manifests: files, release: 'r', run: { id: '1', name: 'run 1' }, process: 'p' },
      live: { now: 0, objects: live, versions: {}, rendered: {}, ended: [], changed: [], unread },
      routers: [routers[router]].filter(found => found !== undefined),
      routing: routers[router]?.routing ?? 'weights',
    },
    [],
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
  const told = notices('contour', [service], { unread: ['AuthorizationPolicy of security.istio.io'] });
  expect(told).toEqual([expect.stringContaining('may not list AuthorizationPolicy of security.istio.io')]);
  expect(notices('pod', [service], { unread: ['AuthorizationPolicy of security.istio.io'] }).join()).not.toContain('may not list');
});

describe('a data plane that learns late of pods that end', () => {
  const v2 = aDeployment('web').image('app:2').build();
  const sleep = { exec: { command: ['sleep', '5'] } };
  const sleeping = aDeployment('web')
    .field('spec.template.spec.containers', [{ name: 'web', image: 'app:2', lifecycle: { preStop: sleep } }])
    .build();
  const doubt = expect.stringMatching(/preStop hook, and .* 2 s late .*: requests may be lost while they are replaced/);

  test('is spoken of where pods end at once', () => {
    expect(notices('traefik', [], { file: v2 })).toEqual([doubt]);
    expect(notices('alb', [], { file: v2 })).toEqual([expect.stringContaining('preStop')]);
  });

  test('is not where they sleep first, where the canary has all requests meanwhile, or where others learn in time', () => {
    expect(notices('traefik', [], { file: sleeping })).toEqual([]);
    expect(notices('traefik', [], { file: v2, asked: { strategy: 'blue-green', baseline: 'false' } })).toEqual([]);
    expect(notices('contour', [], { file: v2 })).toEqual([]);
  });
});

test('a Deployment beside one that is split is told from one without a Service where its own is headless', () => {
  const [old, exporter] = ['app:1', 'app:2'].map(image => aDeployment('exporter').image(image).build()) as [KubeObject, KubeObject];
  const headless = aService('exporter').field('spec.clusterIP', 'None').build();
  const files = [aDeployment('web').image('app:2').build(), aService('web').build(), exporter, headless];
  const request = aRequest({ inputs: { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' }, files });
  const live = { ...aLive(aDeployment('web').build(), aService('web').build(), old, headless), changed: [keyOf(refOf(old))] };
  const told = /^Deployment demo\/exporter has only a headless Service, .*: it is rolled at promote\.$/;
  expect(prepare(request, seenBy(request, live), 'deploy').notices).toContainEqual(expect.stringMatching(told));
});

describe('what is no Deployment', () => {
  const v1 = aDeployment('web').build();
  const queue = anObject('apps/v1', 'StatefulSet', 'queue').namespace('demo').build();
  const files = [aDeployment('web').image('app:2').build(), aService('web').build(), queue];
  const said = (strategy: string, ...objects: readonly KubeObject[]): readonly string[] => {
    const method = strategy === 'shadow' ? 'gateway-api' : 'smi';
    const request = aRequest({ inputs: { strategy, 'traffic-split-method': method, baseline: 'false' }, files });
    return prepare(request, seenBy(request, aLive(...objects)), 'deploy').notices;
  };

  test('is told to wait for promote beside a canary, and not where it is applied at once', () => {
    expect(said('canary', v1, aService('web').build())).toContainEqual(
      expect.stringMatching(/^StatefulSet demo\/queue .* applied at promote/),
    );
    expect(said('recreate', v1, aService('web').build())).not.toContainEqual(expect.stringContaining('StatefulSet'));
    expect(said('canary')).toEqual([]);
  });

  test('a first release stops nothing, and copies nothing', () => {
    expect(said('recreate')).toEqual([]);
    expect(said('shadow')).toEqual([]);
  });
});

describe('objects that a GitOps controller would put back', () => {
  const service = aService('web').build();
  const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }];
  const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop')
    .namespace('demo')
    .field('spec', { parentRefs: [{ name: 'edge' }], rules });
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }];
  const ingress = anObject('networking.k8s.io/v1', 'Ingress', 'shop')
    .namespace('demo')
    .field('spec', { ingressClassName: 'nginx', rules: [{ host: 'shop.example', http: { paths } }] });
  const instance = { 'app.kubernetes.io/instance': 'shop' };
  const written = (manager: string) => [{ manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }];

  test.each([
    ['Argo CD', 'annotations', 'argocd.argoproj.io/tracking-id'],
    ['Argo CD', 'labels', 'argocd.argoproj.io/instance'],
    ['Flux', 'labels', 'kustomize.toolkit.fluxcd.io/name'],
    ['Flux', 'labels', 'helm.toolkit.fluxcd.io/name'],
  ])('are known by what %s writes to their %s: %s', (keeper, place, mark) => {
    const kept = route.field(`metadata.${place}`, { [mark]: 'shop' }).build();
    expect(notices('gateway-api', [service, kept])).toEqual([expect.stringContaining(`HTTPRoute demo/shop is managed by ${keeper}`)]);
  });

  test('are known by the label that Argo CD 2 tracks by, where Argo CD wrote them: charts of Helm set it too', () => {
    const labelled = route.labels(instance);
    const argo = labelled.field('metadata.managedFields', written('argocd-controller')).build();
    const helm = labelled.field('metadata.managedFields', written('helm')).build();
    expect(notices('gateway-api', [service, argo])).toEqual([expect.stringContaining('HTTPRoute demo/shop is managed by Argo CD')]);
    expect(notices('gateway-api', [service, helm])).toEqual([]);
    expect(notices('gateway-api', [service, labelled.build()])).toEqual([]);
  });

  test('are an Ingress too, where ingress-nginx reads from it whom it copies and keeps', () => {
    const kept = ingress.field('metadata.annotations', { 'argocd.argoproj.io/tracking-id': 'shop' }).build();
    const told = expect.stringContaining('Ingress demo/shop is managed by Argo CD');
    expect(notices('nginx', [service, kept], { asked: { strategy: 'shadow' } })).toContainEqual(told);
    expect(notices('nginx', [service, kept], { asked: { ...canary, affinity: 'cookie', baseline: 'false' } })).toContainEqual(told);
    expect(notices('nginx', [service, kept])).toEqual([]);
  });

  test('are none of nobody’s', () => {
    expect(notices('gateway-api', [service, route.build()])).toEqual([]);
  });
});
