import { describe } from '@jest/globals';
import { byTurns, facts } from './lab/fact.ts';
import { by } from './lab/gateway.ts';
import { describeOnLab } from './lab/lab.ts';
import { planes, type RouteKind } from './lab/planes.ts';
import { type Release, releases } from './lab/release.ts';
import type { Flags } from './lab/rollout.ts';
import { act, expectPromoted, expectUntouched, killed, stage } from './lab/staged.ts';
import { expectVariants } from './lab/traffic.ts';

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

  facts(byTurns(kinds), '%s: a promote that is killed behind its first write to a route is finished when it runs again', async kind => {
    const there = await stage(kind, by(kind, { ...canary, percentage: 20 }));
    await act(there, 'deploy');
    await killed(there, 'promote', 'ANY route 1');
    await act(there, 'promote');
    await expectPromoted(there);
  });
});
