import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './lab/expect.ts';
import { byTurns, facts } from './lab/fact.ts';
import { ask, by, describeOnGateway, kinds, laidDown, published, route, routes, trafficThrough } from './lab/gateway.ts';
import { answeredByCanary, answeredByStable } from './lab/release.ts';
import { deploy, promote, reject } from './lab/rollout.ts';
import { file, until } from './lab/scene.ts';
import { snapshot } from './lab/snapshot.ts';
import { answeredBy, expectNoLoss, expectVariants } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const v1 = web({ version: 'v1' });
const v2 = web({ version: 'v2-wait3' });
const CANARY = 'kubernetes-rollout/variant=canary';

describeOnGateway('a user’s route through Contour and Envoy', () => {
  facts(byTurns(kinds), '%s: 10, 25 and promote lose no request, and the route is the user’s again', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    succeeded(await deploy(scene, path, by(kind, { percentage: 10 })));
    await expectVariants(traffic, { stable: 90, baseline: 5, canary: 5 });
    succeeded(await deploy(scene, path, by(kind, { percentage: 25 })));
    await expectVariants(traffic, { stable: 75.2, baseline: 12.4, canary: 12.4 });
    succeeded(await promote(scene, by(kind, { manifests: path })));
    const { images } = await traffic.sample(300);
    expect(Object.keys(images)).toEqual(['example/web:v2-wait3']);
    expectNoLoss(await traffic.stop());
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
    expect(await snapshot(scene)).toEqual(await snapshot(await laidDown(kind, v2)));
  });

  facts(
    byTurns(kinds),
    '%s: among the files it may change with the release: its own file is applied when the split is gone',
    async kind => {
      const scene = await laidDown(kind, v1);
      const traffic = await trafficThrough(scene);
      const changed = route(scene, kind);
      const labelled = { ...changed, metadata: { ...changed.metadata, labels: { team: 'cart' } } };
      const path = await file(scene, 'v2.yaml', [...v2, labelled]);
      succeeded(await deploy(scene, path, by(kind, { percentage: 10 })));
      succeeded(await deploy(scene, path, by(kind, { percentage: 20 })));
      await expectVariants(traffic, { stable: 80, baseline: 10, canary: 10 });
      succeeded(await promote(scene, by(kind, { manifests: path })));
      expectNoLoss(await traffic.stop());
      await expectNoTrace(scene);
      expect(await routes(scene)).toMatchObject([{ name: 'web', labels: { team: 'cart' } }]);
    },
  );

  facts(byTurns(kinds), '%s: a rejected canary leaves the user’s objects at v1 and never restarts a pod of stable', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    const [state, pods] = [await snapshot(scene), await stablePods(scene)];
    succeeded(await deploy(scene, path, by(kind, { percentage: 20 })));
    await expectVariants(traffic, { stable: 80, baseline: 10, canary: 10 });
    succeeded(await reject(scene, by(kind)));
    expectNoLoss(await traffic.stop());
    expect([await snapshot(scene), await stablePods(scene)]).toEqual([state, pods]);
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });

  facts(byTurns(kinds), '%s: at 0 percent not a single request reaches the canary', async kind => {
    const { scene, traffic, path } = await published(kind, { v1, v2 });
    succeeded(await deploy(scene, path, by(kind, { percentage: 0 })));
    await expectVariants(traffic, { stable: 100 });
    expect(Object.values(await answeredBy(scene, CANARY))).toEqual([0]);
    succeeded(await reject(scene, by(kind)));
    expectNoLoss(await traffic.stop());
    await expectNoTrace(scene);
  });

  facts(byTurns(kinds), '%s: a promote that is killed is finished by the next one', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    succeeded(await deploy(scene, path, by(kind, { percentage: 20 })));
    const killed = await promote(scene, by(kind, { manifests: path, run: 'killed' }), { limitSeconds: 6 });
    expect(killed.code).toBe(137);
    succeeded(await promote(scene, by(kind, { manifests: path, run: 'killed' })));
    expectNoLoss(await traffic.stop());
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });

  facts(byTurns(kinds), '%s: blue-green switches everything at once, and back in one write', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    const blueGreen = by(kind, { strategy: 'blue-green', 'baseline-and-canary-replicas': null });
    succeeded(await deploy(scene, path, { ...blueGreen, percentage: 0 }));
    await expectVariants(traffic, { stable: 100 });
    succeeded(await deploy(scene, path, { ...blueGreen, percentage: 100 }));
    await expectVariants(traffic, { canary: 100 });
    succeeded(await reject(scene, blueGreen));
    await expectVariants(traffic, { stable: 100 });
    expectNoLoss(await traffic.stop());
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });

  facts(byTurns(kinds), '%s: A/B gives the canary the requests that match, exactly, and becomes stable', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    const ab = by(kind, { strategy: 'ab', 'baseline-and-canary-replicas': null });
    succeeded(await deploy(scene, path, { ...ab, match: 'header x-canary=always' }));
    const testers = await trafficThrough(scene, { 'x-canary': 'always' }, 50);
    await expectVariants(testers, { canary: 100 }, 300);
    await expectVariants(traffic, { stable: 100 });
    succeeded(await promote(scene, { ...ab, manifests: path }));
    for (const stream of [traffic, testers]) expectNoLoss(await stream.stop());
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });

  facts(byTurns(kinds), '%s: a shadow gets a copy of every request, one of each, and answers none', async kind => {
    const { scene, before, traffic, path } = await published(kind, { v1, v2 });
    const shadow = by(kind, { strategy: 'shadow', 'baseline-and-canary-replicas': null });
    succeeded(await deploy(scene, path, shadow));
    await expectVariants(traffic, { stable: 100 });
    expectNoLoss(await traffic.stop());
    const [originals, copies] = [await answeredByStable(scene), await answeredByCanary(scene)];
    await Promise.all(Array.from({ length: 300 }, () => ask(scene)));
    await until('every request has its copy', async () => (await answeredByCanary(scene)) >= copies + 300);
    expect([await answeredByStable(scene), await answeredByCanary(scene)]).toEqual([originals + 300, copies + 300]);
    succeeded(await reject(scene, shadow));
    expect(await routes(scene)).toEqual(before);
    await expectNoTrace(scene);
  });
});
