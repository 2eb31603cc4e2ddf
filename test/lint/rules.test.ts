/** What the files alone tell: each rule by a file that it speaks of, and by those next to it that it must not. */
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/lint/finding.ts';
import { lint } from '../../src/lint/lint.ts';
import { loadPlaced } from '../../src/manifests/load.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { inWorkspace } from '../manifests/workspace.ts';

const READY = 'readinessProbe: {httpGet: {path: /, port: 80}}';
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n';
const TO = (port: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n    - {port: 80, targetPort: ${port}}\n`;
const PORT = `${READY}\n          ports: [{name: http, containerPort: 80}]`;
const BUDGET = (spec: string): string =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  ${spec}\n`;
const SCALER = (metrics: string): string =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 2\n  metrics: [${metrics}]\n`;
const CPU = '{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}';

interface Web {
  readonly container?: string;
  readonly spec?: string;
  readonly pod?: string;
  readonly image?: string;
  readonly name?: string;
}

/** A Deployment in lines: its containers begin at line 12, what is said of the first one stands from line 14 on. */
function web({ container = READY, spec = 'replicas: 2', pod = 'dnsPolicy: Default', image = 'web:1', name = 'web' }: Web): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: {name: ${name}}`,
    'spec:',
    `  ${spec}`,
    '  template:',
    '    metadata:',
    '      labels: {app: web}',
    '    spec:',
    `      ${pod}`,
    '      containers:',
    '        - name: web',
    `          image: ${image}`,
    `          ${container}`,
    '',
  ].join('\n');
}

const files = (...documents: readonly string[]): string => documents.join('---\n');
const sound = BUDGET('maxUnavailable: 1');

async function linted(text: string, drainSeconds = 10): Promise<readonly Finding[]> {
  return inWorkspace({ 'web.yaml': text }, async cwd =>
    lint({ ...(await loadPlaced(['web.yaml'], { cwd, fetch })), namespace: null, drainSeconds }),
  );
}

const said = (findings: readonly Finding[]): readonly string[] => findings.map(({ code, where }) => `${where.line} ${code}`);

const container = 'spec.template.spec.containers[0]';
const probes = (liveness: string): string => `${READY}\n          livenessProbe: {httpGet: {path: /, port: 80}${liveness}}`;

const rows: readonly (readonly [what: string, text: string, line: number, code: string, set: string])[] = [
  ['no readiness', files(web({ container: 'tty: false' }), SERVICE, sound), 12, 'no-readiness-probe', `${container}.readinessProbe`],
  ['the same probe twice', files(web({ container: probes('') }), SERVICE, sound), 15, 'liveness-equals-readiness', 'failureThreshold'],
  ['one pod', files(web({ spec: 'replicas: 1' }), SERVICE), 5, 'one-replica', 'spec.replicas'],
  ['no count', files(web({ spec: 'paused: false' }), SERVICE), 4, 'one-replica', 'spec.replicas'],
  ['no budget', files(web({}), SERVICE), 1, 'no-disruption-budget', 'PodDisruptionBudget'],
  ['a budget that lets none go', files(web({}), SERVICE, BUDGET('minAvailable: 2')), 26, 'disruption-budget-of-all-or-none', 'spec.maxUna'],
  ['one of 100 %', files(web({}), SERVICE, BUDGET('minAvailable: 100%')), 26, 'disruption-budget-of-all-or-none', 'spec.maxUna'],
  ['one that lets all go', files(web({}), SERVICE, BUDGET('maxUnavailable: 2')), 26, 'disruption-budget-of-all-or-none', 'spec.maxUna'],
  [
    'a roll that leaves none',
    files(web({ spec: 'replicas: 2\n  strategy: {rollingUpdate: {maxUnavailable: 100%}}' }), SERVICE, sound),
    6,
    'max-unavailable-empties',
    'maxUnavailable: 0',
  ],
  ['percent of nothing', files(web({}), SERVICE, sound, SCALER(CPU)), 34, 'autoscaler-without-requests', 'requests.cpu'],
  [
    'a short grace',
    files(web({ pod: 'terminationGracePeriodSeconds: 5' }), SERVICE, sound),
    10,
    'grace-too-short',
    'terminationGracePeriodSeconds: 10',
  ],
  [
    'a hook that takes all of it',
    files(web({ container: `${READY}\n          lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 30"]}}}` }), SERVICE, sound),
    9,
    'grace-too-short',
    'terminationGracePeriodSeconds: 60',
  ],
  ['latest', files(web({ image: 'host:5000/web:latest' }), SERVICE, sound), 13, 'floating-image', 'host:5000/web:VERSION'],
  ['no tag', files(web({ image: 'host:5000/web' }), SERVICE, sound), 13, 'floating-image', 'host:5000/web:VERSION'],
  ['a macro in an image', files(web({ image: 'web:$(tag)' }), SERVICE, sound), 13, 'unexpanded-image', '--images'],
  ['a port of nobody', files(web({ container: PORT }), TO('htpp'), sound), 23, 'unknown-target-port', 'spec.ports[0].targetPort'],
  ['a port of nobody, where none has a name', files(web({}), TO('http'), sound), 22, 'unknown-target-port', 'spec.ports[0].targetPort'],
  [
    'a token',
    files(web({ container: `${READY}\n          env: [{name: A, value: "#{A}#"}]` }), SERVICE, sound),
    15,
    'unreplaced-token',
    `${container}.env[0].value`,
  ],
];

describe('advice', () => {
  test.each(rows)('of %s names the line and the field', async (_, text, line, code, set) => {
    const found = await linted(text);
    expect(said(found)).toEqual([`${line} ${code}`]);
    expect(found[0]).toMatchObject({ set: expect.stringContaining(set), level: code === 'unexpanded-image' ? 'error' : 'warning' });
  });

  test.each([
    ['what is as it should be', files(web({}), SERVICE, sound)],
    ['liveness that waits longer', files(web({ container: probes(', failureThreshold: 6') }), SERVICE, sound)],
    [
      'liveness that asks another question',
      files(
        web({ container: probes('').replace('livenessProbe: {httpGet: {path: /', 'livenessProbe: {httpGet: {path: /live') }),
        SERVICE,
        sound,
      ),
    ],
    [
      'a worker beside what is served',
      files(web({ container: 'tty: false', spec: 'replicas: 1' }), SERVICE.replace('app: web', 'app: api')),
    ],
    ['what must not run twice', files(web({ spec: 'strategy: {type: Recreate}' }), SERVICE)],
    ['two of one pod behind one Service', files(web({ spec: 'replicas: 1' }), web({ spec: 'replicas: 1', name: 'web-v2' }), SERVICE)],
    ['what is scaled to nothing', files(web({ spec: 'replicas: 0' }), SERVICE)],
    [
      'limits that stand for requests',
      files(web({ container: `${READY}\n          resources: {limits: {cpu: 1}}` }), SERVICE, sound, SCALER(CPU)),
    ],
    [
      'a metric that is no percentage',
      files(web({}), SERVICE, sound, SCALER('{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1}}}')),
    ],
    ['a port by its name', files(web({ container: PORT }), TO('http'), sound)],
    ['a port by its number', files(web({}), TO('8080'), sound)],
    ['a digest', files(web({ image: `web@sha256:${'0'.repeat(64)}` }), SERVICE, sound)],
  ])('is not given of %s', async (_, text) => {
    expect(said(await linted(text))).toEqual([]);
  });

  test('of a single pod names the autoscaler that keeps it at one', async () => {
    const [found] = await linted(files(web({ spec: 'paused: false' }), SERVICE, SCALER('').replace('minReplicas: 2', 'minReplicas: 1')));
    expect(found).toMatchObject({ code: 'one-replica', set: 'spec.minReplicas of HorizontalPodAutoscaler web: 2 or more' });
  });

  test('of a grace period goes by the drain that is given', async () => {
    expect(said(await linted(files(web({}), SERVICE, sound), 45))).toEqual(['9 grace-too-short']);
  });

  test('of a namespace is not taken from another', async () => {
    const elsewhere = sound.replace('{name: web}', '{name: web, namespace: other}');
    expect(said(await linted(files(web({}), SERVICE, elsewhere)))).toEqual(['1 no-disruption-budget']);
  });
});

test('a fault of one document is an error with its line, and the others are looked at all the same', async () => {
  const found = await linted(files('kind: ConfigMap\nmetadata: {name: c}\n', web({ image: 'web' }), SERVICE, sound));
  expect(said(found)).toEqual(['1 invalid-manifest', '16 floating-image']);
  expect(found[0]).toMatchObject({ level: 'error', what: 'apiVersion is missing.', where: { file: 'web.yaml' } });
});

test('looks at what has no say in it a few times, however many objects there are', async () => {
  let looks = 0;
  const get = (target: object, name: PropertyKey): unknown => {
    looks++;
    return Reflect.get(target, name);
  };
  const maps = Array.from({ length: 200 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\n`);
  await inWorkspace({ 'web.yaml': files(web({}), SERVICE, sound, SCALER(CPU), ...maps) }, async cwd => {
    const { found, faults } = await loadPlaced(['web.yaml'], { cwd, fetch });
    const watched = found.map(one => ({
      ...one,
      manifest: { ...one.manifest, object: new Proxy<KubeObject>(one.manifest.object, { get }) },
    }));
    lint({ found: watched, faults, namespace: null, drainSeconds: 10 });
    expect(looks / found.length).toBeLessThan(100);
  });
});
