import { expect } from '@jest/globals';
import { facts } from './lab/fact.ts';
import { by, describeOnGateway, kinds } from './lab/gateway.ts';
import { answeredByAll } from './lab/release.ts';
import { type Flags, start } from './lab/rollout.ts';
import { file } from './lab/scene.ts';
import { act, expectPromoted, expectUntouched, type Staged, stage } from './lab/staged.ts';
import { web } from './lab/web.ts';

const [httpRoute, httpProxy] = kinds;
const shadow: Flags = { strategy: 'shadow', 'baseline-and-canary-replicas': null };

describeOnGateway('several shadows through Contour and Envoy', () => {
  facts(httpRoute ? [httpRoute] : [], '%s: each gets a copy of every request and answers none, until one is promoted', async kind => {
    const there = await stage(kind, by(kind, shadow));
    await act(there, 'deploy', { 'variant-name': 'a' });
    await act(await withNext(there), 'deploy', { 'variant-name': 'b' });
    await expectCopied(there, ['a', 'b']);
    await act(there, 'reject', { 'variant-name': 'b' });
    await expectCopied(there, ['a']);
    await act(there, 'promote', { 'variant-name': 'a' });
    await expectPromoted(there);
  });

  facts(httpRoute ? [httpRoute] : [], '%s: a reject without a name ends them all', async kind => {
    const there = await stage(kind, by(kind, shadow));
    await act(there, 'deploy', { 'variant-name': 'a' });
    await act(await withNext(there), 'deploy', { 'variant-name': 'b' });
    await act(there, 'reject');
    await expectUntouched(there);
  });

  facts(httpProxy ? [httpProxy] : [], '%s: a second one is refused, for a proxy copies to one, and the first one stays', async kind => {
    const there = await stage(kind, by(kind, shadow));
    await act(there, 'deploy', { 'variant-name': 'a' });
    const { ended } = start(there.scene, 'deploy', { ...there.flags, manifests: there.path, 'variant-name': 'b' });
    const { code, output } = await ended;
    expect([code, output]).toEqual([1, expect.stringContaining('cannot mirror requests to several versions')]);
    await expectCopied(there, ['a']);
    await act(there, 'reject');
    await expectUntouched(there);
  });
});

/** The same with the release after the next in its file. */
const withNext = async (there: Staged): Promise<Staged> => ({
  ...there,
  path: await file(there.scene, 'v3.yaml', web({ version: 'v3-wait1' })),
});

const copiesTo = ({ scene }: Staged, names: readonly string[]): Promise<readonly number[]> =>
  Promise.all(names.map(name => answeredByAll(scene, `kubernetes-rollout/variant=${name}`)));

/** Each of the sample's requests was copied to each of them, and they answered none. */
async function expectCopied(there: Staged, names: readonly string[]): Promise<void> {
  const from = await copiesTo(there, names);
  const { variants } = await there.traffic.sample(450);
  const to = await copiesTo(there, names);
  expect(Object.keys(variants)).toEqual(['stable']);
  const copies = to.map((count, index) => count - (from[index] ?? 0));
  expect({ copies, isAll: copies.every(count => count >= 450) }).toEqual({ copies, isAll: true });
}
