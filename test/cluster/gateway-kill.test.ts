import { expect } from '@jest/globals';
import { stablePods } from './lab/expect.ts';
import { byTurns, facts } from './lab/fact.ts';
import { by, describeOnGateway, kinds } from './lab/gateway.ts';
import type { RouteKind } from './lab/planes.ts';
import { type Release, releases } from './lab/release.ts';
import type { Flags } from './lab/rollout.ts';
import { act, expectPromoted, expectUntouched, killed, killedBehindEachRoute, type Staged, stage } from './lab/staged.ts';
import type { Action } from './lab/strike.ts';
import { expectVariants } from './lab/traffic.ts';

/** The write behind which each action is killed, on the HTTPRoute and on the HTTPProxy: method, object, and which of them. */
const kills: Readonly<Record<string, Readonly<Record<Action, Readonly<Partial<Record<RouteKind, string>>>>>>> = {
  canary: {
    deploy: { HTTPRoute: 'PATCH route 1', HTTPProxy: 'PATCH route 2' },
    reject: { HTTPRoute: 'PATCH route 1', HTTPProxy: 'DELETE deployments/web-canary 1' },
    promote: { HTTPRoute: 'PATCH deployments/web 1', HTTPProxy: 'PATCH route 2' },
  },
  'blue-green standing by': {
    deploy: { HTTPRoute: 'POST deployments 1', HTTPProxy: 'POST services 2' },
    reject: { HTTPRoute: 'DELETE deployments/web-canary 1', HTTPProxy: 'PATCH route 2' },
    promote: { HTTPRoute: 'PATCH route 1', HTTPProxy: 'PATCH deployments/web 1' },
  },
  'blue-green switched': {
    deploy: { HTTPRoute: 'PATCH route 2', HTTPProxy: 'PATCH route 1' },
    reject: { HTTPRoute: 'PATCH route 2', HTTPProxy: 'PATCH route 1' },
    promote: { HTTPRoute: 'PATCH deployments/web 4', HTTPProxy: 'PATCH route 1' },
  },
  'A/B': {
    deploy: { HTTPRoute: 'POST services 1', HTTPProxy: 'PATCH route 2' },
    reject: { HTTPRoute: 'DELETE services/web-canary 1', HTTPProxy: 'PATCH configmaps/web-rollout 1' },
    promote: { HTTPRoute: 'PATCH route 1', HTTPProxy: 'PATCH services/web 1' },
  },
  shadow: {
    deploy: { HTTPRoute: 'PATCH route 1', HTTPProxy: 'POST deployments 1' },
    reject: { HTTPRoute: 'PUT configmaps/web-rollout 1', HTTPProxy: 'PATCH route 1' },
    promote: { HTTPRoute: 'PATCH route 2', HTTPProxy: 'PATCH deployments/web 1' },
  },
  'dark launch': {
    deploy: { HTTPRoute: 'PATCH configmaps/web-rollout 1', HTTPProxy: 'PATCH route 1' },
    reject: { HTTPRoute: 'DELETE deployments/web-baseline 1', HTTPProxy: 'DELETE configmaps/web-rollout 1' },
    promote: { HTTPRoute: 'DELETE services/web-baseline 1', HTTPProxy: 'DELETE deployments/web-canary 1' },
  },
};

type Row = [name: string, kind: RouteKind, release: Release];

/** Every release, by each kind of route; `shift` tells which kind has the first turn where only one of them runs. */
const rows = (shift: number): readonly Row[] =>
  releases.flatMap((release, i) => byTurns(kinds, i + shift).map(([kind]): Row => [`${kind}, ${release.name}`, kind, release]));

describeOnGateway('every way to release through Contour and Envoy', () => {
  facts(
    rows(0),
    '%s: rejected, the route is the user’s again, no pod of stable was restarted, no request lost',
    async (_, kind, release) => {
      const there = await stage(kind, flagsOf(kind, release));
      await act(there, 'deploy');
      await expectReleased(there, release);
      await act(there, 'reject');
      await expectUntouched(there);
    },
  );

  facts(rows(1), '%s: a deploy and a reject that are killed are finished when they run again', async (_, kind, release) => {
    const there = await stage(kind, flagsOf(kind, release));
    await killed(there, 'deploy', pointOf(release, 'deploy', kind));
    await act(there, 'deploy');
    await expectReleased(there, release);
    await killed(there, 'reject', pointOf(release, 'reject', kind));
    await act(there, 'reject');
    await expectUntouched(there);
  });

  facts(rows(0), '%s: a promote that is killed is finished when it runs again', async (_, kind, release) => {
    const there = await stage(kind, flagsOf(kind, release));
    await act(there, 'deploy');
    await killed(there, 'promote', pointOf(release, 'promote', kind));
    await act(there, 'promote');
    await expectPromoted(there);
  });

  facts(byTurns(kinds), '%s: a promote that is killed behind each of its writes to a route is finished when it runs again', async kind => {
    const there = await stage(kind, by(kind, { strategy: 'canary', 'baseline-and-canary-replicas': 1, percentage: 20 }));
    await act(there, 'deploy');
    expect(await killedBehindEachRoute(there, 'promote')).toBeGreaterThan(1);
    await expectPromoted(there);
  });

  facts(
    byTurns(kinds),
    '%s: a promote that is killed is taken back, also by a reject that is killed while it puts stable back',
    async kind => {
      const there = await stage(kind, by(kind, { strategy: 'canary', 'baseline-and-canary-replicas': 1, percentage: 20 }));
      await act(there, 'deploy');
      await killed(there, 'promote', 'PATCH deployments/web 1');
      await killed(there, 'reject', 'PATCH deployments/web 1');
      await act(there, 'reject');
      await expectUntouched({ ...there, pods: await stablePods(there.scene) });
    },
  );
});

const flagsOf = (kind: RouteKind, { flags }: Release): Flags => by(kind, flags);

const pointOf = ({ name }: Release, action: Action, kind: RouteKind): string => kills[name]?.[action][kind] ?? '';

async function expectReleased({ scene, traffic }: Staged, { shares, holds }: Release): Promise<void> {
  await expectVariants(traffic, shares, 600);
  await holds?.(scene);
}
