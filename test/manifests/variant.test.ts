import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { templateOf } from '../../src/manifests/template.ts';
import { leafService, podLabels, variantDeployment, variantTemplate } from '../../src/manifests/variant.ts';
import { aDeployment } from '../build/deployment.ts';
import { aService } from '../build/service.ts';

const VARIANT = 'kubernetes-rollout/variant';
const distinction = { keys: ['app'], copies: [{ kind: 'ConfigMap', name: 'settings' }] } as const;
const workload = aDeployment('web')
  .replicas(5)
  .field('spec.paused', true)
  .field('spec.minReadySeconds', 7)
  .annotations({ 'deployment.kubernetes.io/revision': '3', note: 'the user’s' })
  .labels({ team: 'shop' })
  .field('spec.template.spec.volumes', [{ name: 's', configMap: { name: 'settings' } }])
  .build();
const template = templateOf(workload);

describe("a variant's Deployment", () => {
  const canary = variantDeployment(workload, 'canary', { template, replicas: 2, distinction });

  test('is under a name and labels of ours, with nothing of the user’s metadata', () => {
    expect(canary.metadata).toEqual({
      name: 'web-canary',
      namespace: 'demo',
      labels: { [VARIANT]: 'canary', 'kubernetes-rollout/application': 'web' },
    });
  });

  test('selects the pods that it makes, and none of stable’s', () => {
    expect(at(canary, 'spec.selector.matchLabels')).toEqual({ app: 'web-canary', [VARIANT]: 'canary' });
    expect(podLabels(canary)).toMatchObject({ app: 'web-canary', [VARIANT]: 'canary' });
  });

  test('bears the name that the user gave it, in everything that is its own', () => {
    const named = variantDeployment(workload, 'canary', { template, replicas: 2, distinction: { ...distinction, canary: 'v3' } });
    expect(named.metadata).toMatchObject({ name: 'web-v3', labels: { [VARIANT]: 'v3', 'kubernetes-rollout/application': 'web' } });
    expect(at(named, 'spec.selector.matchLabels')).toEqual({ app: 'web-v3', [VARIANT]: 'v3' });
    expect(at(named, 'spec.template.spec.volumes')).toEqual([{ name: 's', configMap: { name: 'settings-v3' } }]);
  });

  test('has its own count, runs though stable is paused, and keeps how stable rolls', () => {
    expect(canary.spec).toMatchObject({ replicas: 2, minReadySeconds: 7 });
    expect(at(canary, 'spec.paused')).toBeUndefined();
  });

  test('reads its own copies, the baseline those of stable', () => {
    const volume = (role: 'canary' | 'baseline') => at(variantTemplate(template, role, distinction), 'spec.volumes');
    expect(volume('canary')).toEqual([{ name: 's', configMap: { name: 'settings-canary' } }]);
    expect(volume('baseline')).toEqual([{ name: 's', configMap: { name: 'settings' } }]);
  });

  test.each(['canary', 'baseline'] as const)('has in its template what a mesh injects by, and the proxy that stands there (%s)', role => {
    const [labels, annotations] = [
      { 'sidecar.istio.io/inject': 'true', 'istio.io/rev': 'next', 'linkerd.io/workload-ns': 'shop' },
      {
        'linkerd.io/inject': 'enabled',
        'config.linkerd.io/proxy-await': 'enabled',
        'proxy.istio.io/config': '{"holdApplicationUntilProxyStarts":true}',
      },
    ];
    const proxy = {
      name: 'istio-proxy',
      image: 'auto',
      restartPolicy: 'Always',
      readinessProbe: { httpGet: { path: '/ready', port: 15021 } },
    };
    const meshed = aDeployment('web')
      .field('spec.template.metadata', { labels: { app: 'web', ...labels }, annotations })
      .field('spec.template.spec.initContainers', [proxy])
      .build();
    const variant = variantDeployment(meshed, role, { template: templateOf(meshed), replicas: 1, distinction });
    expect(at(variant, 'spec.template.metadata')).toMatchObject({ labels, annotations });
    expect(at(variant, 'spec.template.spec.initContainers')).toEqual([proxy]);
  });
});

describe('a leaf Service', () => {
  const root = aService('front')
    .uid('1')
    .labels({ team: 'shop' })
    .annotations({ 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' })
    .field('spec.type', 'LoadBalancer')
    .field('spec.clusterIP', '10.0.0.1')
    .field('spec.clusterIPs', ['10.0.0.1'])
    .field('spec.externalTrafficPolicy', 'Local')
    .field('spec.sessionAffinity', 'ClientIP')
    .selecting({ app: 'web', tier: 'front' })
    .ports({ name: 'http', port: 80, targetPort: 'http', nodePort: 31000, appProtocol: 'kubernetes.io/h2c' })
    .build();
  const leaf = { workload: 'web', labels: { app: 'web', tier: 'front' }, isolation: { keys: ['app'] } };

  test('is a plain address inside the cluster: nothing of the user’s metadata, no load balancer, no node port', () => {
    expect(leafService(root, 'canary', leaf)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'front-canary',
        namespace: 'demo',
        labels: { [VARIANT]: 'canary', 'kubernetes-rollout/application': 'web' },
      },
      spec: {
        sessionAffinity: 'ClientIP',
        selector: { app: 'web-canary', tier: 'front', [VARIANT]: 'canary' },
        ports: [{ name: 'http', port: 80, targetPort: 'http', appProtocol: 'kubernetes.io/h2c' }],
      },
    });
  });

  test('for stable selects what the root selects', () => {
    expect(at(leafService(root, 'stable', leaf), 'spec.selector')).toEqual({ app: 'web', tier: 'front' });
  });

  test('selects canary and baseline where the data plane knows one canary', () => {
    const shared = { ...leaf, isolation: { keys: ['app'], shared: true } };
    expect(at(leafService(root, 'canary', shared), 'spec.selector')).toEqual({ app: 'web-canary', tier: 'front' });
  });

  test('may be called after what it is for', () => {
    expect(leafService(root, 'canary', { ...leaf, suffix: 'preview' }).metadata.name).toBe('front-preview');
  });
});
