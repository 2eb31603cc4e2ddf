import { describe, expect } from '@jest/globals';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { byTurns, fact, facts } from './lab/fact.ts';
import { by, type Open, routes, trafficThrough } from './lab/gateway.ts';
import { describeOnLab } from './lab/lab.ts';
import { planes, type RouteKind } from './lab/planes.ts';
import { type Release, releases } from './lab/release.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { apply, file, install, openScene } from './lab/scene.ts';
import { act, expectPromoted, expectUntouched, killedBehindEachRoute, stage } from './lab/staged.ts';
import { expectNoLoss, expectVariants } from './lab/traffic.ts';
import { web } from './lab/web.ts';

type Row = [name: string, kind: RouteKind, release: Release];

/** Ways to publish on the data planes that this lab runs beside Contour, which has facts of its own. */
const all = ['VirtualService', 'mesh', 'IngressRoute', 'Ingress'] as const;
const here = all.filter(kind => planes[kind].address !== undefined);
const describeOnPlanes = here.length > 0 ? describeOnLab : describe.skip;
/** Where none of them runs, all facts are there to be left out. */
const served = here.length > 0 ? here : all;
const kinds: readonly [kind: RouteKind][] = served.map(kind => [kind]);
const canary: Flags = { strategy: 'canary', 'baseline-and-canary-replicas': 1 };

/** Traefik's reading of ingress-nginx has no annotation that copies requests. */
const canBe = (kind: RouteKind, { name }: Release): boolean => kind !== 'Ingress' || name !== 'shadow';

const rows: readonly Row[] = releases.flatMap((release, i) =>
  byTurns(
    served.filter(kind => canBe(kind, release)),
    i,
  ).map((kind): Row => [`${kind}, ${release.name}`, kind, release]),
);

describeOnPlanes('a release through Istio and Traefik', () => {
  facts(kinds, '%s: 10, 25 and promote lose no request, each share is as asked, and the route is the user’s again', async kind => {
    const there = await stage(kind, by(kind, canary));
    await act(there, 'deploy', { percentage: 10 });
    await expectVariants(there.traffic, { stable: 90, baseline: 5, canary: 5 });
    await act(there, 'deploy', { percentage: 25 });
    await expectVariants(there.traffic, { stable: 75, baseline: 12.5, canary: 12.5 });
    await act(there, 'promote');
    await expectPromoted(there);
  });

  facts(rows, '%s: rejected, the route is the user’s again, no pod of stable was restarted, no request lost', async (_, kind, release) => {
    const there = await stage(kind, by(kind, release.flags));
    await act(there, 'deploy');
    await expectVariants(there.traffic, release.shares, 600);
    await release.holds?.(there.scene);
    await act(there, 'reject');
    await expectUntouched(there);
  });

  facts(byTurns(kinds), '%s: blue-green goes there, back and there again, and is promoted', async kind => {
    const there = await stage(kind, by(kind, { strategy: 'blue-green', 'baseline-and-canary-replicas': null }));
    for (const [percentage, shares] of [
      [100, { canary: 100 }],
      [0, { stable: 100 }],
      [100, { canary: 100 }],
    ] as const) {
      await act(there, 'deploy', { percentage });
      await expectVariants(there.traffic, shares, 300);
    }
    await act(there, 'promote');
    await expectPromoted(there);
  });

  facts(byTurns(kinds), '%s: a promote that is killed behind each of its writes to a route is finished when it runs again', async kind => {
    const there = await stage(kind, by(kind, { ...canary, percentage: 20 }));
    await act(there, 'deploy');
    expect(await killedBehindEachRoute(there, 'promote')).toBeGreaterThan(1);
    await expectPromoted(there);
  });
});

/** Facts on VirtualServices that are not the usual one. */
const describeOnIstio = planes.VirtualService.address === undefined ? describe.skip : describeOnLab;

const virtualService = (name: string, spec: Readonly<Record<string, Json>>): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec,
});

/** An application without a route of its own namespace, what its next version is deployed with, and its host at the gateway. */
async function behindIstio() {
  const scene: Open = { ...(await openScene()), kind: 'VirtualService' };
  await install(scene, web({ version: 'v1' }));
  const published = { hosts: [planes.VirtualService.host(scene.namespace)], gateways: ['istio-system/edge'] };
  return { scene, published, path: await file(scene, 'v2.yaml', web({ version: 'v2' })), flags: by('VirtualService', { percentage: 20 }) };
}

describeOnIstio('Istio', () => {
  fact('a VirtualService of another namespace that delegates is followed: its delegate is split, and the user’s again', async () => {
    const { scene, published, path, flags } = await behindIstio();
    await apply(scene, [virtualService('web', { http: [{ route: [{ destination: { host: 'web' } }] }] })]);
    const delegate = { name: 'web', namespace: scene.namespace };
    await apply(await openScene('edge'), [virtualService('root', { ...published, http: [{ delegate }] })]);
    const before = await routes(scene);
    const traffic = await trafficThrough(scene);
    succeeded(await deploy(scene, path, flags));
    await expectVariants(traffic, { stable: 80, baseline: 10, canary: 10 });
    succeeded(await promote(scene, by('VirtualService')));
    expectNoLoss(await traffic.stop());
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });

  fact(
    'a VirtualService of another namespace that leads to the Service is named, and its requests stay on stable, which is not green',
    async () => {
      const { scene, published, path, flags } = await behindIstio();
      const host = `web.${scene.namespace}.svc.cluster.local`;
      await apply(await openScene('edge'), [virtualService('afar', { ...published, http: [{ route: [{ destination: { host } }] }] })]);
      const traffic = await trafficThrough(scene);
      expect(failed(await deploy(scene, path, flags), 'SHARE_OFF').output).toMatch(
        /VirtualService \S+\/afar sends .* it stands in another namespace/,
      );
      await expectVariants(traffic, { stable: 100 }, 300);
      succeeded(await reject(scene, by('VirtualService')));
      expectNoLoss(await traffic.stop());
      await expectNoTrace(scene);
    },
  );

  fact('connections are refused where they alone lead to the Service, and named beside its requests', async () => {
    const { scene, published, path, flags } = await behindIstio();
    const tcp = [{ match: [{ port: 9000 }], route: [{ destination: { host: 'web' } }] }];
    await apply(scene, [virtualService('web', { ...published, tcp })]);
    expect(failed(await deploy(scene, path, flags), 'UNSUPPORTED').output).toContain('no http rule leads there');
    await apply(scene, [virtualService('web', { ...published, tcp, http: [{ route: [{ destination: { host: 'web' } }] }] })]);
    const traffic = await trafficThrough(scene);
    expect(succeeded(await deploy(scene, path, flags)).output).toContain('by tcp it leads connections, not requests');
    await expectVariants(traffic, { stable: 80, baseline: 10, canary: 10 });
    succeeded(await reject(scene, by('VirtualService')));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });
});
