import { describe, expect, test } from '@jest/globals';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { aDeployment, type DeploymentBuilder } from '../build/deployment.ts';
import { aLive, play, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

/** A release: what its pods listen on by name, and where its Service leads. */
interface Release {
  readonly ports?: readonly Json[];
  readonly service?: Readonly<Record<string, Json>>;
  readonly selector?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

const http = (containerPort: number): Json => ({ name: 'http', containerPort });

function filesOf(image: string, { ports = [http(8080)], service = {}, selector, labels }: Release): readonly KubeObject[] {
  const container = { name: 'web', image, ports };
  const pods: DeploymentBuilder = aDeployment('web').replicas(4).field('spec.template.spec.containers', [container]);
  const labelled = labels ? pods.field('spec.template.metadata.labels', { app: 'web', ...labels }) : pods;
  const ported = aService('web').ports({ port: 80, targetPort: 'http', ...service });
  return [labelled.build(), (selector ? ported.selecting(selector) : ported).build()];
}

const cases: readonly (readonly [string, Release, Release, boolean])[] = [
  ['the name of a port whose number changes', {}, { ports: [http(9090)] }, false],
  ['a number instead of the name that stood for it', {}, { service: { targetPort: 8080 } }, false],
  ['a name instead of the number that it stands for', { service: { targetPort: 8080 } }, {}, false],
  ['one number instead of another', { service: { targetPort: 8080 } }, { service: { targetPort: 9090 } }, true],
  ['a number instead of a name that stood for another', {}, { service: { targetPort: 9090 } }, true],
  [
    'a name that the old pods lack instead of a number',
    { service: { targetPort: 8080 } },
    { ports: [{ name: 'web', containerPort: 9090 }], service: { targetPort: 'web' } },
    true,
  ],
  [
    'a name that stands for another number in the new pods instead of a number',
    { service: { targetPort: 8080 } },
    { ports: [http(9090)] },
    true,
  ],
  ['no target any more', {}, { service: { targetPort: undefined as unknown as Json } }, true],
  ['one port more', {}, { ports: [http(8080), { name: 'admin', containerPort: 9 }] }, false],
  ['a selector that the old pods do not have', {}, { selector: { app: 'web', tier: 'new' }, labels: { tier: 'new' } }, true],
  ['a selector that both have', { labels: { tier: 'web' } }, { selector: { tier: 'web' }, labels: { tier: 'web' } }, false],
];

describe.each(cases)('a Service with %s', (_, old, young, isMoved) => {
  const live = aLive(...filesOf('app:1', old));
  const files = filesOf('app:2', young);

  test(isMoved ? 'is changed when the canary has all requests' : 'is changed under the standing split', () => {
    const deployed = play(aRequest({ files }), live).live;
    const { prepared } = play(aRequest({ inputs: { action: 'promote' } }), deployed);
    expect(prepared.plan.flat().some(({ stage }) => stage === 'shift-to-canary')).toBe(isMoved);
  });

  test(isMoved ? 'is refused by pods, which both stand behind it, with what to do' : 'is no obstacle by pods', () => {
    const request = aRequest({ inputs: { 'traffic-split-method': 'pod', baseline: 'false' }, files });
    const deploy = () => prepare(request, seenBy(request, live), 'deploy');
    if (!isMoved) return void expect(deploy().plan).not.toEqual([]);
    expect(deploy).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('port 80 of Service web'),
        hint: expect.stringContaining('splits by weights'),
      }),
    );
  });
});

test('a reject in the middle of promote goes by the Service as it was before', () => {
  const live = aLive(...filesOf('app:1', { service: { targetPort: 8080 } }));
  const files = filesOf('app:2', { service: { targetPort: 9090 } });
  const deployed = play(aRequest({ files }), live).live;
  const applied = aLive(...files.filter(({ kind }) => kind === 'Service')).objects;
  const halfway = { ...deployed, objects: { ...deployed.objects, ...applied } };
  expect(play(aRequest({ inputs: { action: 'reject' } }), halfway).prepared.orders['demo/web']?.movesPort).toBe(true);
});
