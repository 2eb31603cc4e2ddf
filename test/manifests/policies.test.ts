import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { policyCopies, policyCopy, uncopiedPolicies } from '../../src/manifests/policies.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { anObject } from '../build/any.ts';

const renamed = {
  part: 'canary',
  workload: 'web',
  stable: { app: 'web' },
  variant: { app: 'web-canary', 'kubernetes-rollout/variant': 'canary' },
} as const;
const copiesOf = (policies: readonly KubeObject[], by: Parameters<typeof policyCopies>[1]): readonly KubeObject[] =>
  policyCopies(policies, by).map(({ copy }) => copy);
const web = { matchLabels: { app: 'web' } };
const canary = { matchLabels: { app: 'web-canary' } };
const db = { matchLabels: { app: 'db' } };

const networkPolicy = (spec: Json): KubeObject =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', 'policy').namespace('demo').field('spec', spec).build();
const budget = (selector: Json): KubeObject =>
  anObject('policy/v1', 'PodDisruptionBudget', 'web')
    .namespace('demo')
    .labels({ team: 'shop' })
    .field('spec', { minAvailable: 1, selector })
    .build();

describe('a PodDisruptionBudget', () => {
  test('over stable’s pods gets a copy over the variant’s', () => {
    expect(policyCopy(budget(web), renamed)).toEqual({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {
        name: 'web-canary',
        namespace: 'demo',
        labels: { 'kubernetes-rollout/variant': 'canary', 'kubernetes-rollout/application': 'web' },
      },
      spec: { minAvailable: 1, selector: canary },
    });
  });

  test.each([
    ['of another application', db],
    ['over every pod', {}],
    ['that means the variant already', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
  ])('%s gets none', (_which, selector) => {
    expect(policyCopy(budget(selector), renamed)).toBeNull();
  });
});

describe('a NetworkPolicy', () => {
  test('for stable’s pods gets a copy with the same rules', () => {
    const rules = { policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: db }], ports: [{ port: 8080 }] }] };
    expect(policyCopy(networkPolicy({ podSelector: web, ...rules }), renamed)?.spec).toEqual({ podSelector: canary, ...rules });
  });

  test('of another application that lets stable in gets a copy that lets the variant in', () => {
    const copy = policyCopy(
      networkPolicy({ podSelector: db, ingress: [{ from: [{ podSelector: web }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
      renamed,
    );
    expect(copy?.spec).toEqual({ podSelector: db, ingress: [{ from: [{ podSelector: canary }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] });
  });

  test('of another application that may call stable gets a copy that may call the variant', () => {
    const copy = policyCopy(networkPolicy({ podSelector: db, egress: [{ to: [{ podSelector: web }] }, {}] }), renamed);
    expect(at(copy, 'spec.egress')).toEqual([{ to: [{ podSelector: canary }] }, {}]);
  });

  test.each([
    ['all namespaces', {}],
    ['the namespace by its name', { matchLabels: { 'kubernetes.io/metadata.name': 'demo' } }],
  ])('that lets stable in from %s lets the variant in, too', (_from, namespaceSelector) => {
    const copy = policyCopy(networkPolicy({ podSelector: db, ingress: [{ from: [{ namespaceSelector, podSelector: web }] }] }), renamed);
    expect(at(copy, 'spec.ingress')).toEqual([{ from: [{ namespaceSelector, podSelector: canary }] }]);
  });

  test.each([
    [
      'that means pods of another namespace',
      {
        podSelector: db,
        ingress: [{ from: [{ podSelector: web, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] }],
      },
    ],
    ['between others', { podSelector: db, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }] }],
    ['for every pod', { podSelector: {}, policyTypes: ['Ingress'] }],
  ])('%s gets none', (_which, spec) => {
    expect(policyCopy(networkPolicy(spec), renamed)).toBeNull();
  });
});

const added = (apiVersion: string, kind: string, spec: Json): KubeObject =>
  anObject(apiVersion, kind, 'policy').namespace('demo').field('spec', spec).build();

describe('a policy of a mesh or a network', () => {
  test.each([
    ['security.istio.io/v1', 'AuthorizationPolicy', 'selector'],
    ['security.istio.io/v1', 'PeerAuthentication', 'selector'],
    ['security.istio.io/v1', 'RequestAuthentication', 'selector'],
    ['telemetry.istio.io/v1', 'Telemetry', 'selector'],
    ['extensions.istio.io/v1alpha1', 'WasmPlugin', 'selector'],
    ['networking.istio.io/v1beta1', 'ProxyConfig', 'selector'],
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'endpointSelector'],
    ['policy.linkerd.io/v1beta3', 'Server', 'podSelector'],
    ['vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy', 'podSelector'],
  ])('%s %s over stable’s pods gets a copy over the variant’s, the rest as it is', (apiVersion, kind, selector) => {
    const copies = copiesOf([added(apiVersion, kind, { [selector]: web, port: 8080 })], renamed);
    expect(copies).toEqual([expect.objectContaining({ apiVersion, kind, spec: { [selector]: canary, port: 8080 } })]);
    expect(copiesOf([added(apiVersion, kind, { [selector]: db }), added(apiVersion, kind, {})], renamed)).toEqual([]);
  });

  test.each(['Sidecar', 'EnvoyFilter'])('%s names its pods by plain labels', kind => {
    const copy = policyCopy(added('networking.istio.io/v1', kind, { workloadSelector: { labels: { app: 'web' } } }), renamed);
    expect(copy?.spec).toEqual({ workloadSelector: { labels: { app: 'web-canary' } } });
  });

  test('that is only tried out is only tried out for the variant', () => {
    const policy = anObject('security.istio.io/v1', 'AuthorizationPolicy', 'policy')
      .namespace('demo')
      .field('metadata.annotations', { 'istio.io/dry-run': 'true', 'argocd.argoproj.io/tracking-id': 'shop' })
      .field('spec', { selector: web })
      .build();
    expect(policyCopy(policy, renamed)?.metadata.annotations).toEqual({ 'istio.io/dry-run': 'true' });
  });

  test('of Cilium follows with the source of a label, in its peers, and in each of several', () => {
    const from = { matchLabels: { 'k8s:app': 'web', 'k8s:io.kubernetes.pod.namespace': 'demo' } };
    const policy: KubeObject = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'policy', namespace: 'demo' },
      specs: [{ endpointSelector: db, ingress: [{ fromEndpoints: [from] }] }, { endpointSelector: { matchLabels: { 'any:app': 'web' } } }],
    };
    expect(policyCopy(policy, renamed)?.specs).toEqual([
      {
        endpointSelector: db,
        ingress: [{ fromEndpoints: [{ matchLabels: { 'k8s:app': 'web-canary', 'k8s:io.kubernetes.pod.namespace': 'demo' } }] }],
      },
      { endpointSelector: { matchLabels: { 'any:app': 'web-canary' } } },
    ]);
  });

  test('selects one variant alone where both bear the same values', () => {
    const copy = policyCopy(budget(web), { ...renamed, shared: true });
    expect(at(copy, 'spec.selector.matchLabels')).toEqual({ app: 'web-canary', 'kubernetes-rollout/variant': 'canary' });
  });
});

describe('what hangs on a Server of Linkerd', () => {
  const linkerd = (kind: string, spec: Json): KubeObject => added('policy.linkerd.io/v1beta3', kind, spec);
  const server = linkerd('Server', { podSelector: web, port: 'http' });
  const target = { group: 'policy.linkerd.io', kind: 'Server', name: 'policy' };

  test.each([
    ['AuthorizationPolicy', { targetRef: target }, { targetRef: { ...target, name: 'policy-canary' } }],
    ['HTTPLocalRateLimitPolicy', { targetRef: target }, { targetRef: { ...target, name: 'policy-canary' } }],
    ['ServerAuthorization', { server: { name: 'policy' } }, { server: { name: 'policy-canary' } }],
  ])('by name gets a copy that hangs on the copy: %s', (kind, spec, copied) => {
    const copies = copiesOf([server, linkerd(kind, { ...spec, rest: 1 })], renamed);
    expect(copies.map(copy => [copy.kind, copy.spec])).toEqual([
      ['Server', { podSelector: canary, port: 'http' }],
      [kind, { ...copied, rest: 1 }],
    ]);
  });

  test('that is for other pods stays alone', () => {
    const policies = [linkerd('Server', { podSelector: db }), linkerd('AuthorizationPolicy', { targetRef: target })];
    expect([policyCopies(policies, renamed), uncopiedPolicies(policies, renamed)]).toEqual([[], []]);
  });

  test.each([
    ['ServerAuthorization', { server: { selector: { matchLabels: {} } } }],
    ['HTTPRoute', { parentRefs: [target] }],
  ])('by labels or as a route cannot be copied: %s', (kind, spec) => {
    const hanging = linkerd(kind, spec);
    expect(uncopiedPolicies([server, hanging], renamed)).toEqual([hanging]);
  });
});

describe('a NetworkPolicy of Calico', () => {
  const calico = (spec: Json): KubeObject => added('crd.projectcalico.org/v1', 'NetworkPolicy', spec);

  test.each([
    ['that selects stable', { selector: "app == 'web'" }, 1],
    ['that selects what begins like it', { selector: 'app starts with "we"' }, 1],
    ['that lets stable in', { selector: "app == 'db'", ingress: [{ action: 'Allow', source: { selector: "app in {'web', 'api'}" } }] }, 1],
    ['between others', { selector: "app == 'db'", ingress: [{ action: 'Allow', source: { selector: "app == 'api'" } }] }, 0],
    ['for every pod with a label', { selector: 'has(app)' }, 0],
    ['by another label', { selector: "tier == 'web'" }, 0],
  ])('%s cannot be copied: %#', (_which, spec, count) => {
    const policy = calico(spec);
    expect(uncopiedPolicies([policy], renamed)).toHaveLength(count);
    expect(policyCopies([policy], renamed)).toEqual([]);
  });
});
