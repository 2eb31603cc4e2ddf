/** A Namespace among the files of a first release: shown first, and created before anything is claimed in it. */
import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { Inputs } from '../../src/model/request.ts';
import { asked, endOf, type Place, place, run } from '../stage/rollouts.ts';

const namespaceNamed = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Version 1 with its Namespace, which is not there yet. */
async function somewhere(): Promise<Place> {
  const here = await place();
  const namespace = `${here.namespace}-new`;
  const moved = ({ metadata, ...object }: KubeObject): KubeObject => ({ ...object, metadata: { ...metadata, namespace } });
  return { cluster: here.cluster, namespace, files: image => [namespaceNamed(namespace), ...here.files(image).map(moved)] };
}

const deploy = (there: Place, files: readonly KubeObject[], parsed: Partial<Inputs> = {}): Promise<readonly Event[]> =>
  run(there, asked(there, { files, parsed: { action: 'deploy', strategy: 'canary', percentage: 20, ...parsed } }));

const isThere = async ({ cluster, namespace }: Place): Promise<boolean> =>
  (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) !== null;

const planned = (events: readonly Event[]): readonly string[] =>
  events.flatMap(event => (event.type === 'planned' ? event.steps.map(({ text }) => text) : []));
const done = (events: readonly Event[]): readonly string[] => events.flatMap(event => (event.type === 'done' ? [event.text] : []));

describe('a release that brings its own namespace', () => {
  test('is shown by a dry run, which creates nothing, as it is carried out', async () => {
    const there = await somewhere();
    const shown = await deploy(there, there.files('app:1'), { dryRun: true });
    expect(await isThere(there)).toBe(false);
    const carried = await deploy(there, there.files('app:1'));
    expect(planned(carried)).toEqual(planned(shown));
    expect(done(carried).slice(0, 2)).toEqual([`create Namespace ${there.namespace}`, `claim the rollout of ${there.namespace}/web`]);
    expect(endOf(carried)).toMatchObject({ type: 'outcome', outcome: { status: 'first-release' } });
    expect(planned(await deploy(there, there.files('app:2')))).not.toContain(`create Namespace ${there.namespace}`);
  });

  test('creates none where it is refused', async () => {
    const there = await somewhere();
    const files = there.files('app:1').filter(({ kind }) => kind !== 'Deployment');
    expect(endOf(await deploy(there, files))).toMatchObject({ type: 'failed', code: 'NOTHING_TO_DEPLOY' });
    expect(await isThere(there)).toBe(false);
  });

  test('claims nothing where it may not create one', async () => {
    const there = await somewhere();
    const apply: Cluster['apply'] = async (object, options) => {
      if (object.kind === 'Namespace' && !options?.dryRun) throw new RolloutError('FORBIDDEN', 'no', 'Ask for it.');
      return there.cluster.apply(object, options);
    };
    const events = await deploy({ ...there, cluster: { ...there.cluster, apply } }, there.files('app:1'));
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'FORBIDDEN' });
    expect(done(events)).toEqual([]);
  });
});
