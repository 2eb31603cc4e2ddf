/** `size`: what a soak could find, from the requests of what runs. */
import { describe, expect, test } from '@jest/globals';
import { sized } from '../../src/actions/sizing.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import type { Kept, MeasuredCluster, Reading, Variant } from '../../src/model/metrics.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';

const own = ownStage();

const canary: RawInputs = {
  action: 'deploy',
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': '1',
  metrics: 'errors\nlatency',
};

describe('what a soak could find', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const sizedIn = async ({ api }: Bed, measured: Partial<MeasuredCluster> = {}): Promise<readonly string[]> => {
    const { inputs } = parseInputs({ ...canary, manifests: 'web.yaml', percentage: '10', soak: '5m' }, 'terminal');
    return await sized({ ...ref, namespace: api.namespace }, inputs, { ...own.cluster, ...measured });
  };

  test('is said before any deploy, from the requests that are answered now', async () => {
    const bed = await openBed(own.stage, web('v1'));
    const traffic = await bed.traffic('service/web');
    const [head, share, errors, latency] = await sizedIn(bed);
    expect(head).toMatch(/: 2[3-7]0 requests\/s, 0 % errors, counted by 3 pods for 10 s\.$/);
    expect(share).toBe('A canary that gets 5 % of them:');
    expect(errors).toMatch(/^At 1\d requests\/s to the canary, 5 min find 0\.\d+ % errors; 1 % needs \d+ (s|min)\.$/);
    expect(latency).toMatch(/^Latency: 5 min find \d+(\.\d+)? % slower than 5 ms, where 0 % are now; 20 % needs \d+ (s|min)\.$/);
    traffic.stop();
  });

  test('is said at once where counts are kept: each pod was read at another moment, so that seconds show nothing', async () => {
    const bed = await openBed(own.stage, web('v1'));
    const of = (requests: number) => async (variants: readonly Variant[]) =>
      variants.flatMap(({ pods }) => pods.map(({ metadata }) => ({ pod: metadata.name, answers: { requests, errors: 0, slower: {} } })));
    const readBefore: Kept['readBefore'] = (variants, seconds) => of(90_000 - 100 * seconds)(variants);
    const kept = { metrics: { read: of(90_000), kept: { oldSeconds: 60, readBefore } }, now: () => Date.now() + 24 * 3600 * 1000 };
    expect((await sizedIn(bed, kept))[0]).toMatch(/: 300 requests\/s, 0 % errors, counted by 3 pods for 300 s\.$/);
  });

  test('is said of pods that came meanwhile by what they have counted since, and of none whose counts nobody kept', async () => {
    const bed = await openBed(own.stage, web('v1'));
    const unread = (pod: string) => ({ pod, answers: null, because: 'unknown' as const, text: 'no series of it' });
    const of =
      (read: (pod: string) => Reading): Kept['readBefore'] =>
      async variants =>
        variants.flatMap(({ pods }) => pods.map(({ metadata }) => read(metadata.name)));
    const now = of(pod => ({ pod, answers: { requests: 6000, errors: 0, slower: {} } }));
    const measured = {
      metrics: { read: (variants: readonly Variant[]) => now(variants, 0), kept: { oldSeconds: 60, readBefore: of(unread) } },
    };
    expect((await sizedIn(bed, measured))[0]).toMatch(/: 300 requests\/s, 0 % errors, counted by 3 pods for 60 s\.$/);
    const later = { ...measured, now: () => Date.now() + 24 * 3600 * 1000 };
    await expect(sizedIn(bed, later)).rejects.toMatchObject({ code: 'NO_DATA', message: expect.stringContaining('from 300 s ago') });
  });

  test('is nothing without requests, and no number without counts', async () => {
    const bed = await openBed(own.stage, web('v1'));
    expect(await sizedIn(bed)).toContain('Without requests no soak can detect anything: every soak ends as no-data.');
    await expect(sizedIn({ ...bed, api: { ...bed.api, namespace: 'nowhere' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
