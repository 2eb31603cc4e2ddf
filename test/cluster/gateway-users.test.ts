import { expect } from '@jest/globals';
import { succeeded } from './lab/expect.ts';
import { byTurns, facts } from './lab/fact.ts';
import { type Answer, ask, by, describeOnGateway, kinds, type Published, routes, trafficThrough } from './lab/gateway.ts';
import { type Flags, start } from './lab/rollout.ts';
import { until } from './lab/scene.ts';
import { act, expectPromoted, expectUntouched, type Staged, stage } from './lab/staged.ts';
import { expectNoLoss, expectVariants, type Traffic } from './lab/traffic.ts';

const canary: Flags = { strategy: 'canary', 'baseline-and-canary-replicas': 1 };
const TESTER = { 'x-canary': 'always' };
const [httpRoute] = kinds;
const httpRoutes = httpRoute ? [httpRoute] : [];

describeOnGateway('users of a canary through Contour and Envoy', () => {
  facts(byTurns(kinds), '%s: testers always get the canary, also while it is promoted, the others share', async kind => {
    const there = await stage(kind, by(kind, { ...canary, percentage: 20, match: 'header x-canary=always' }));
    await act(there, 'deploy');
    const testers = await trafficThrough(there.scene, TESTER, 50);
    await expectVariants(testers, { canary: 100 }, 200);
    await expectVariants(there.traffic, { stable: 80, baseline: 10, canary: 10 });
    await act(there, 'promote');
    await expectOnly(testers, 'example/web:v2-wait1');
    await expectPromoted(there);
  });

  facts(httpRoutes, '%s: one deploy walks through its steps, each with its shares', async kind => {
    const there = await stage(kind, by(kind, { ...canary, steps: '10,25', interval: '40s', baseline: false }));
    const { ended } = start(there.scene, 'deploy', { ...there.flags, manifests: there.path });
    await onceCanaryHas(there, 100);
    await expectVariants(there.traffic, { stable: 90, canary: 10 }, 600);
    await onceCanaryHas(there, 250);
    succeeded(await ended);
    await expectVariants(there.traffic, { stable: 75, canary: 25 });
    await act(there, 'promote');
    await expectPromoted(there);
  });

  facts(httpRoutes, '%s: a user with a cookie keeps his version when the canary gets more, and to the end', async kind => {
    const there = await stage(kind, by(kind, { ...canary, affinity: 'cookie' }));
    await act(there, 'deploy', { percentage: 20 });
    const users = await usersOf(there);
    await act(there, 'deploy', { percentage: 50 });
    await expectVariants(there.traffic, { stable: 50, baseline: 25, canary: 25 });
    for (const { variant, stream } of users) await expectVariants(stream, { [variant]: 100 }, 100);
    await act(there, 'promote');
    for (const { variant, stream } of users) await (variant === 'canary' ? expectOnly(stream, 'example/web:v2-wait1') : ended(stream));
    await expectPromoted(there);
  });

  facts(httpRoutes, '%s: a rejected canary leaves no cookie behind, and its users lose no request', async kind => {
    const there = await stage(kind, by(kind, { ...canary, affinity: 'cookie' }));
    await act(there, 'deploy', { percentage: 50 });
    const users = await usersOf(there);
    await act(there, 'reject');
    for (const { stream } of users) {
      await expectVariants(stream, { stable: 100 }, 50);
      await ended(stream);
    }
    expect((await ask(there.scene)).cookies).toEqual([]);
    await expectUntouched(there);
  });
});

/** Someone whose browser sends back the cookie that came with his first answer. */
interface User {
  readonly variant: string;
  readonly stream: Traffic;
}

/** One user of each variant, all of them busy. */
async function usersOf({ scene }: Published): Promise<readonly User[]> {
  const found = new Map<string, Answer>();
  await until('every variant has a user', async () => {
    const answer = await ask(scene);
    found.set(answer.variant, answer);
    return found.size === 3;
  });
  const streaming = [...found.values()].map(async ({ variant, cookies }) => {
    const cookie = cookies.map(line => line.split(';')[0]).join('; ');
    return { variant, stream: await trafficThrough(scene, { cookie: `theme=dark; ${cookie}` }, 20) };
  });
  return Promise.all(streaming);
}

async function onceCanaryHas({ scene }: Staged, weight: number): Promise<void> {
  await until(`the canary has ${weight} of 1000`, async () =>
    new RegExp(`"name":"web-canary"[^}]*"weight":${weight}[,}]`).test(JSON.stringify(await routes(scene))),
  );
}

/** Ends a stream; fails when a request was lost, or answered by another image. */
async function expectOnly(stream: Traffic, image: string): Promise<void> {
  const tally = await stream.stop();
  expectNoLoss(tally);
  expect(Object.keys(tally.images)).toEqual([image]);
}

const ended = async (stream: Traffic): Promise<void> => expectNoLoss(await stream.stop());
