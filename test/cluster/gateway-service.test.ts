import { expect } from '@jest/globals';
import { byTurns, facts } from './lab/fact.ts';
import { describeOnGateway, kinds, routes } from './lab/gateway.ts';
import type { Flags } from './lab/rollout.ts';
import { act, expectPromoted, expectUntouched, killed, type Staged, stage } from './lab/staged.ts';
import { expectVariants } from './lab/traffic.ts';

const blueGreen: Flags = { strategy: 'blue-green', 'traffic-split-method': 'service', 'baseline-and-canary-replicas': null };
const standing: Flags = { percentage: 0 };
const switched: Flags = { percentage: 100 };

describeOnGateway('a Service that switches by its selector, behind a route', () => {
  facts(byTurns(kinds), '%s: standing by, switched, taken back and rejected; the route is not touched, no request is lost', async kind => {
    const there = await stage(kind, blueGreen);
    await act(there, 'deploy', standing);
    await expectAnswered(there, { stable: 100 });
    await act(there, 'deploy', switched);
    await expectAnswered(there, { canary: 100 });
    await act(there, 'deploy', standing);
    await expectAnswered(there, { stable: 100 });
    await act(there, 'deploy', switched);
    await expectAnswered(there, { canary: 100 });
    await act(there, 'reject');
    await expectUntouched(there);
  });

  facts(byTurns(kinds), '%s: a deploy and a reject that are killed behind the switch are finished when they run again', async kind => {
    const there = await stage(kind, { ...blueGreen, ...switched });
    await killed(there, 'deploy', 'PATCH services/web 1');
    await act(there, 'deploy');
    await expectAnswered(there, { canary: 100 });
    await killed(there, 'reject', 'PATCH services/web 1');
    await act(there, 'reject');
    await expectUntouched(there);
  });

  facts(byTurns(kinds), '%s: a promote that is killed in the roll is finished when it runs again', async kind => {
    const there = await stage(kind, { ...blueGreen, ...standing });
    await act(there, 'deploy');
    await killed(there, 'promote', 'PATCH deployments/web 1');
    await expectAnswered(there, { canary: 100 });
    await act(there, 'promote');
    await expectPromoted(there);
  });
});

async function expectAnswered({ scene, traffic, before }: Staged, shares: Readonly<Record<string, number>>): Promise<void> {
  await expectVariants(traffic, shares, 300);
  expect(await routes(scene)).toEqual(before);
}
