import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import { anObject } from '../build/any.ts';
import { asked, endOf, type Place, place, run } from '../stage/rollouts.ts';

async function names({ cluster, namespace }: Place): Promise<readonly string[]> {
  const kinds = [
    ['v1', 'Service'],
    ['v1', 'ConfigMap'],
    ['v1', 'Secret'],
    ['apps/v1', 'Deployment'],
    ['split.smi-spec.io/v1alpha4', 'TrafficSplit'],
  ] as const;
  const lists = await Promise.all(kinds.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind, namespace })));
  return lists
    .flat()
    .map(object => `${object.kind} ${object.metadata.name}`)
    .filter(name => !name.includes('kube-root-ca'))
    .sort();
}

const untouched = ['Deployment web', 'Service web'];

describe('a canary', () => {
  test('is deployed with its shares, promoted, and leaves nothing of ours', async () => {
    const here = await place();
    const deployed = await run(here, asked(here, { files: here.files('app:2') }));
    expect(endOf(deployed)).toMatchObject({
      type: 'outcome',
      outcome: { status: 'deployed', weights: { stable: 800, baseline: 100, canary: 100 } },
    });
    const promoted = await run(here, asked(here, { inputs: { action: 'promote' } }));
    expect(endOf(promoted)).toMatchObject({ type: 'outcome', outcome: { status: 'promoted' } });
    expect(await names(here)).toEqual(untouched);
  });

  test('whose older release hid Secrets leaves none of them behind when the newer is rejected', async () => {
    const here = await place();
    const secret = anObject('v1', 'Secret', 'keys').namespace(here.namespace).field('data', { a: 'YQ==' }).build();
    await run(here, asked(here, { files: [...here.files('app:2'), secret] }));
    expect(await names(here)).toContain('Secret web-rollout');
    await run(here, asked(here, { files: here.files('app:3'), run: { id: 'run/2' } }));
    await run(here, asked(here, { inputs: { action: 'reject' }, run: { id: 'run/2' } }));
    expect((await names(here)).filter(name => name !== 'Secret keys')).toEqual(untouched);
  });

  test('is shown and not made by a dry run', async () => {
    const here = await place();
    const events = await run(here, asked(here, { inputs: { 'dry-run': 'true' }, files: here.files('app:2') }));
    expect(events.find(({ type }) => type === 'planned')).toMatchObject({ dryRun: true });
    expect(endOf(events)).toMatchObject({ outcome: { dryRun: true, weights: { stable: 800, baseline: 100, canary: 100 } } });
    expect(await names(here)).toEqual(untouched);
  });
});

describe('a promote of what stable was given in place', () => {
  const inPlace = { strategy: 'none', 'traffic-split-method': 'pod' };

  test('is no success as long as the cluster has not rolled it out', async () => {
    const here = await place();
    const files = here.files('app:v2-badpull');
    const parsed = { timeoutSeconds: 1 };
    expect(endOf(await run(here, asked(here, { inputs: inPlace, files, parsed })))).toMatchObject({ type: 'failed', code: 'NOT_READY' });
    const promoted = await run(here, asked(here, { inputs: { action: 'promote' }, files, parsed }));
    expect(endOf(promoted)).toMatchObject({ type: 'failed', code: 'NOT_READY', message: expect.stringContaining('web') });
  });

  test('is unchanged when it has', async () => {
    const here = await place();
    const files = here.files('app:2');
    await run(here, asked(here, { inputs: inPlace, files }));
    expect(endOf(await run(here, asked(here, { inputs: { action: 'promote' }, files })))).toMatchObject({
      outcome: { status: 'unchanged' },
    });
  });
});

describe('an interruption', () => {
  const isDone = (event: Event, words: string): boolean => event.type === 'done' && event.text.includes(words);

  test('before anything was written gives the claim back', async () => {
    const here = await place();
    const events = await run(here, asked(here, { files: here.files('app:2') }), (event, stop) => {
      if (isDone(event, 'claim the rollout')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
    expect(await names(here)).toEqual(untouched);
  });

  test('in the middle lets go of the claim, and the same action goes on from there', async () => {
    const here = await place();
    const request = asked(here, { files: here.files('app:2') });
    const events = await run(here, request, (event, stop) => {
      if (isDone(event, 'web-canary (')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
    const record = await here.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: here.namespace, name: 'web-rollout' });
    expect(record?.data?.holder).toBe('null');
    expect(endOf(await run(here, asked(here, { files: here.files('app:2'), run: { id: 'run/2' } })))).toMatchObject({
      outcome: { status: 'deployed' },
    });
  });

  test('of a deploy that moved no request says that they are on stable, with the variants', async () => {
    const here = await place();
    const events = await run(here, asked(here, { files: here.files('app:2') }), (event, stop) => {
      if (isDone(event, 'create Deployment')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ code: 'INTERRUPTED', standing: { traffic: 'stable', isUnmoved: true, isReplacing: false } });
    expect(endOf(events)).toMatchObject({
      standing: { variants: expect.arrayContaining([expect.objectContaining({ role: 'canary', share: 0 })]) },
    });
  });

  test('by counts of pods has moved requests where it removed pods, and tells the shares that are left', async () => {
    const byPods = { 'traffic-split-method': 'pod', percentage: '50' };
    const here = await place();
    const files = here.files('app:2');
    const cut = await run(here, asked(here, { inputs: byPods, files }), (event, stop) => {
      if (isDone(event, 'endpoints of web')) stop.abort();
    });
    expect(endOf(cut)).toMatchObject({
      code: 'INTERRUPTED',
      standing: { traffic: 'split', weights: { stable: 428, baseline: 286, canary: 286 } },
    });
    await run(here, asked(here, { inputs: byPods, files }));
    const late = await run(here, asked(here, { inputs: { ...byPods, hold: '1s' }, files }));
    expect(endOf(late)).toMatchObject({ code: 'NOT_APPROVED', standing: { traffic: 'stable', isUnmoved: false } });
  });

  test('of a promote says by which shares it left them', async () => {
    const here = await place();
    await run(here, asked(here, { files: here.files('app:2') }));
    const events = await run(here, asked(here, { inputs: { action: 'promote' } }), (event, stop) => {
      if (isDone(event, 'update TrafficSplit')) stop.abort();
    });
    const end = endOf(events);
    expect(end).toMatchObject({ code: 'INTERRUPTED', standing: { traffic: 'split', isUnmoved: false, release: expect.any(String) } });
    expect(end).toMatchObject({ standing: { variants: expect.arrayContaining([expect.objectContaining({ role: 'stable', share: 90 })]) } });
  });

  test('that is to reject leaves nothing where time does', async () => {
    const here = await place();
    const events = await run(here, asked(here, { inputs: { 'on-cancel': 'reject' }, files: here.files('app:2') }), (event, stop) => {
      if (isDone(event, 'web-canary (')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ code: 'INTERRUPTED', standing: { traffic: 'stable' } });
    expect(await names(here)).toEqual(untouched);
  });

  test('that is to reject takes a promote back too, in the middle of stable’s roll', async () => {
    const here = await place();
    await run(here, asked(here, { files: here.files('app:2') }));
    const events = await run(here, asked(here, { inputs: { action: 'promote', 'on-cancel': 'reject' } }), (event, stop) => {
      if (isDone(event, 'apply Deployment')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ code: 'INTERRUPTED', standing: { traffic: 'stable', isReplacing: false } });
    expect(await names(here)).toEqual(untouched);
    const web = await here.cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: here.namespace, name: 'web' });
    expect(JSON.stringify(web?.spec)).toContain('app:1');
  });

  test('that is to reject takes the pods away at once where they are the split', async () => {
    const here = await place();
    const inputs = { 'on-cancel': 'reject', 'traffic-split-method': 'pod', percentage: '30', soak: '10m' };
    const request = asked(here, { inputs, files: here.files('app:2') });
    const events = await run(here, { ...request, secondsAfterCancel: 300 }, (event, stop) => {
      if (event.type === 'step' && event.text.startsWith('watch the pods')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({
      code: 'INTERRUPTED',
      standing: { traffic: 'stable', variants: [{ role: 'stable', share: 100 }] },
    });
    expect(await names(here)).toEqual(untouched);
  });

  test('that is to reject gives the requests back when the time is short, and a reject goes on from there', async () => {
    const here = await place();
    const request = asked(here, { inputs: { 'on-cancel': 'reject' }, files: here.files('app:2'), parsed: { drainSeconds: 600 } });
    const events = await run(here, { ...request, secondsAfterCancel: 300 }, (event, stop) => {
      if (isDone(event, 'web-canary (')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ code: 'INTERRUPTED', standing: { traffic: 'stable' } });
    expect(await names(here)).toContain('Deployment web-canary');
    const rejected = await run(here, asked(here, { inputs: { action: 'reject' }, parsed: { timeoutSeconds: 900 } }));
    expect(endOf(rejected)).toMatchObject({ outcome: { status: 'rejected', release: expect.stringMatching(/^\w{10}$/) } });
    expect(await names(here)).toEqual(untouched);
  });
});

describe('two runs at once', () => {
  test('do not write over each other: one holds the claim, the other says who', async () => {
    const here = await place();
    let second: Promise<readonly Event[]> | null = null;
    const first = await run(here, asked(here, { files: here.files('app:2') }), event => {
      if (event.type === 'done' && event.text.startsWith('claim'))
        second = run(here, asked(here, { files: here.files('app:3'), run: { id: 'run/2', name: 'run 2' } }));
    });
    expect(endOf(first)).toMatchObject({ outcome: { status: 'deployed' } });
    expect(endOf((await second) ?? [])).toMatchObject({
      type: 'failed',
      code: 'CONCURRENT_ROLLOUT',
      message: expect.stringContaining('run 1'),
    });
  });
});

test('a canary that ends again and again says what it said last, and how to see more', async () => {
  const here = await place();
  const events = await run(here, asked(here, { files: here.files('app:2-crash') }));
  expect(events.find(({ type }) => type === 'explained')).toMatchObject({
    log: {
      of: expect.stringContaining('before it was started again'),
      lines: ['app:2-crash has started', 'it cannot go on and ends with exit code 1'],
    },
  });
  expect(endOf(events)).toMatchObject({ hint: expect.stringMatching(/kubectl -n rollout-\d+ logs web-canary-\S+ -c web --previous/) });
});

test('a canary that never gets ready leaves all traffic on stable, stays for a look, and goes with the reject', async () => {
  const here = await place();
  const events = await run(here, asked(here, { files: here.files('app:unready'), parsed: { timeoutSeconds: 3 } }));
  expect(endOf(events)).toMatchObject({ type: 'failed', code: 'NOT_READY', message: expect.stringContaining('web-canary') });
  expect(JSON.stringify(events)).toContain('The failed variants stay for a look; run reject to remove them.');
  const left = await names(here);
  expect(left).toContain('Deployment web-canary');
  expect(left.filter(name => name.startsWith('TrafficSplit'))).toEqual([]);
  await run(here, asked(here, { inputs: { action: 'reject' } }));
  expect(await names(here)).toEqual(untouched);
});

test('a record that is deleted in mid-run ends the run, which says so; a reject takes back what it left', async () => {
  const here = await place();
  const record = { apiVersion: 'v1', kind: 'ConfigMap', namespace: here.namespace, name: 'web-rollout' };
  const events = await run(here, asked(here, { files: here.files('app:2') }), event => {
    if (event.type === 'done' && event.text.includes('web-canary')) void here.cluster.remove(record, {});
  });
  expect(endOf(events)).toMatchObject({ code: 'CONCURRENT_ROLLOUT', message: expect.stringContaining('web-rollout, is gone') });
  expect(JSON.stringify(events)).not.toContain('The claim could not be released');
  expect(endOf(await run(here, asked(here, { inputs: { action: 'reject' } })))).toMatchObject({ outcome: { status: 'rejected' } });
  expect(await names(here)).toEqual(untouched);
});
