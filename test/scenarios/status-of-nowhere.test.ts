import { expect, test } from '@jest/globals';
import { status } from '../../src/actions/status.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { asked, endOf, place, run } from '../stage/rollouts.ts';

const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

test('nothing is open in a namespace that is there; one that is not there is told as such', async () => {
  const cluster = fakeCluster(shop);
  expect(await status({ namespace: 'shop', application: null }, cluster)).toEqual([]);
  await expect(status({ namespace: 'shpo', application: null }, cluster)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'Namespace shpo does not exist.',
  });
});

test('who may not read Namespaces is told what is open, as far as he may see it', async () => {
  const cluster = { ...fakeCluster(), get: () => Promise.reject(new Error('forbidden')) };
  expect(await status({ namespace: 'shop', application: null }, cluster)).toEqual([]);
});

test.each(['reject', 'sweep'] as const)('%s is green where nothing is open, and warns of a namespace that is not there', async action => {
  const here = await place();
  const warned = async (namespace: string): Promise<readonly string[]> => {
    const there = { ...here, namespace };
    const events = await run(there, asked(there, { files: [], parsed: { action } }));
    expect(endOf(events)).toMatchObject({ type: 'outcome', outcome: { status: 'unchanged' } });
    return events.flatMap(event => (event.type === 'notice' && event.level === 'warning' ? [event.text] : []));
  };
  expect(await warned(here.namespace)).toEqual([]);
  expect(await warned('shpo')).toEqual([expect.stringMatching(/^Namespace shpo does not exist/)]);
});
