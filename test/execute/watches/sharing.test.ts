import { describe, expect, test } from '@jest/globals';
import { scopeAmong, sharing } from '../../../src/execute/watches/sharing.ts';
import type { Cluster, Collection, KubeObject, Ref } from '../../../src/model/kube.ts';

const pod = (app: string, version: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: app, namespace: 'demo', resourceVersion: version, labels: { app } },
});
const podsOf = (app: string): Collection => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', labels: `app=${app}` });

/** A port whose watches are told what to show, and which notes how each began and whether it has ended. */
function stage() {
  const watches: { readonly of: Ref | Collection; isOver: boolean }[] = [];
  const sets: (readonly KubeObject[] | Error)[] = [];
  let wake = (): void => undefined;
  async function* watch(of: Ref | Collection, signal: AbortSignal): AsyncGenerator<readonly KubeObject[]> {
    const own = { of, isOver: false };
    watches.push(own);
    signal.addEventListener('abort', () => wake());
    for (let i = 0; !signal.aborted; ) {
      const set = sets[i];
      if (set instanceof Error) throw set;
      if (set !== undefined) yield set;
      if (set === undefined)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      else i += 1;
    }
    own.isOver = true;
  }
  const show = (...more: readonly (readonly KubeObject[] | Error)[]): void => {
    sets.push(...more);
    wake();
  };
  return { cluster: sharing({ watch } as unknown as Cluster), port: { watch } as unknown as Cluster, watches, show };
}

const begin = (cluster: Cluster, of: Ref | Collection, signal = new AbortController().signal) =>
  cluster.watch(of, signal)[Symbol.asyncIterator]();

test('two consumers of one kind in one namespace cost one watch, and each gets its part', async () => {
  const { cluster, watches, show } = stage();
  show([pod('a', '1'), pod('b', '1')]);
  const [one, other] = [begin(cluster, podsOf('a')), begin(cluster, { apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'b' })];
  expect((await one.next()).value).toEqual([pod('a', '1')]);
  expect((await other.next()).value).toEqual([pod('b', '1')]);
  expect(watches.map(({ of }) => of)).toEqual([{ apiVersion: 'v1', kind: 'Pod', namespace: 'demo' }]);
});

test('a consumer is told again only when its own part changed', async () => {
  const { cluster, show } = stage();
  const [a, b] = [pod('a', '1'), pod('b', '1')];
  show([a, b]);
  const one = begin(cluster, podsOf('a'));
  await one.next();
  const next = one.next();
  show([a, pod('b', '2')], [pod('a', '3'), pod('b', '2')]);
  expect((await next).value).toEqual([pod('a', '3')]);
});

test('the watch ends with its last consumer, and the next one reads anew', async () => {
  const { cluster, watches, show } = stage();
  show([pod('a', '1')]);
  const [one, other] = [begin(cluster, podsOf('a')), begin(cluster, podsOf('a'))];
  await Promise.all([one.next(), other.next()]);
  await one.return?.();
  expect(watches.map(({ isOver }) => isOver)).toEqual([false]);
  await other.return?.();
  expect(watches.map(({ isOver }) => isOver)).toEqual([true]);
  await begin(cluster, podsOf('a')).next();
  expect(watches).toHaveLength(2);
});

test('every consumer hears that the watch failed, and an aborted one just ends', async () => {
  const { cluster, show } = stage();
  show([pod('a', '1')]);
  const over = new AbortController();
  const [one, other, third] = [begin(cluster, podsOf('a')), begin(cluster, podsOf('b')), begin(cluster, podsOf('c'), over.signal)];
  await Promise.all([one.next(), other.next(), third.next()]);
  const [first, second, last] = [one.next(), other.next(), third.next()];
  over.abort();
  expect((await last).done).toBe(true);
  show(new Error('no more'));
  await expect(first).rejects.toThrow('no more');
  await expect(second).rejects.toThrow('no more');
});

describe('collections that are known beforehand', () => {
  const slicesOf = (...names: readonly string[]): Collection => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: 'demo',
    labels: `name in (${names.join(',')})`,
  });

  test('cost one watch by the labels of all, and each consumer gets its own', async () => {
    const { port, watches, show } = stage();
    const cluster = sharing(port, scopeAmong([podsOf('a'), podsOf('b'), slicesOf('a')]));
    show([pod('a', '1'), pod('b', '1')]);
    const [one, other] = [begin(cluster, podsOf('a')), begin(cluster, podsOf('b'))];
    expect([(await one.next()).value, (await other.next()).value]).toEqual([[pod('a', '1')], [pod('b', '1')]]);
    expect(watches.map(({ of }) => of)).toEqual([{ ...podsOf('a'), labels: 'app in (a,b)' }]);
  });

  test('are watched by themselves where nothing of their kind is beside them, or where another namespace is', () => {
    const scope = scopeAmong([podsOf('a'), { ...podsOf('b'), namespace: 'other' }, slicesOf('a'), slicesOf('b', 'c')]);
    expect(scope(podsOf('a'))).toBeNull();
    expect(scope(podsOf('c'))).toBeNull();
    expect(scope(slicesOf('a'))).toEqual({ of: slicesOf('a', 'b', 'c') });
    expect(scope({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' })).toBeNull();
  });
});

test('objects of ours that are awaited side by side are one watch by their labels; an object of the user’s is watched by itself', () => {
  const named = (name: string): Ref => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name });
  const own = ['canary', 'baseline'].map(role => ({ ref: named(`web-${role}`), labels: `variant=${role}` }));
  const scope = scopeAmong([], own);
  const of = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', labels: 'variant in (canary,baseline)' };
  const both = { of, only: own.map(({ ref }) => ref) };
  expect([scope(named('web-canary')), scope(named('web-baseline')), scope(named('web'))]).toEqual([both, both, null]);
  expect(scopeAmong([], own.slice(1))(named('web-baseline'))).toBeNull();
  // Who looks at all of a kind needs all of them.
  expect(scopeAmong([of], own)(named('web-canary'))).toEqual({ of });
});
