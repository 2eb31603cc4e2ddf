import { describe, expect, test } from '@jest/globals';
import type { Ref } from '../../src/model/kube.ts';
import { openFakeApi } from './fake-api.ts';

const refOf = (kind: string): Ref => ({ apiVersion: 'v1', kind, namespace: 'demo', name: 'c' });

/** What is told when the n-th answer carries the n-th header. */
async function told(headers: readonly string[], kind = 'ConfigMap'): Promise<readonly string[]> {
  const texts: string[] = [];
  const object = { apiVersion: 'v1', kind, metadata: { name: 'c', namespace: 'demo' } };
  const api = await openFakeApi((_, count) => ({ body: object, headers: { warning: headers[count - 1] ?? '' } }));
  const connected = await api.connect({ token: 'token-of-bob' }, undefined, text => texts.push(text));
  for (const _ of headers) await connected.cluster.get(refOf(kind));
  await connected.close();
  await api.close();
  return texts;
}

describe('what the API server warns of', () => {
  test('is told, several in one header each by itself', async () => {
    expect(await told(['299 - "would violate PodSecurity \\"restricted:latest\\": runAsNonRoot", 299 - "v1beta1 is deprecated"'])).toEqual([
      'The API server warns: would violate PodSecurity "restricted:latest": runAsNonRoot',
      'The API server warns: v1beta1 is deprecated',
    ]);
  });

  test('is told once', async () => {
    expect(await told(['299 - "old"', '299 - "old" "Sat, 28 Nov 2026 20:00:00 GMT"'])).toEqual(['The API server warns: old']);
  });

  test('is no more than a person reads', async () => {
    const texts = await told(Array.from({ length: 40 }, (_, i) => `299 - "warning ${i} ${'x'.repeat(5000)}"`));
    expect(texts).toHaveLength(21);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(500);
    expect(texts.at(-1)).toContain('more than 20');
  });

  test('shows no login and no value', async () => {
    const long = 'v'.repeat(80);
    expect(await told([`299 - "login token-of-bob, value \\"${long}\\""`])).toEqual(['The API server warns: login ***, value "***"']);
    expect(await told(['299 - "data \\"hunter2\\" is short"'], 'Secret')).toEqual(['The API server warns: data "***" is short']);
  });

  test('may be anything: what is no warning of the API is left', async () => {
    expect(await told(['110 proxy "Response is Stale"', '299 - unquoted', '299 - ""'])).toEqual([]);
  });
});
