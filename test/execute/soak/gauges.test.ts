import { expect, test } from '@jest/globals';
import { analysedGauge, gauged, gaugeFindings, gaugesOf, gaugeText } from '../../../src/execute/soak/gauges.ts';
import { parseInputs } from '../../../src/inputs/parse.ts';
import type { Measured } from '../../../src/model/metrics.ts';

const { inputs } = parseInputs({ action: 'analyze', metrics: 'smoke = script ./smoke.sh failure-limit=1' }, 'terminal');

/** What is told of a command that ended in these ways, one after the other. */
async function toldOf(...ends: readonly Measured[]) {
  let gauges = gaugesOf(inputs);
  for (const [i, canary] of ends.entries())
    gauges = await gauged(gauges, { measure: async () => ({ canary, reference: null }) }, { variants: [], seconds: 10 * i });
  return gaugeFindings(gauges, true).map(finding => [gaugeText(finding), analysedGauge(finding).canary]);
}

test('a command that fails is told by its exit code and by what it said', async () => {
  const text = 'exit code 3 (2 of 2 runs): no such queue';
  const failed = { kind: 'value', value: 3, said: 'no such queue' } as const;
  expect(await toldOf(failed, failed)).toEqual([[`smoke: ${text}`, text]]);
});

test('a command that ends well is told by its runs', async () => {
  const well = { kind: 'value', value: 0 } as const;
  expect((await toldOf(well, well))[0]?.[1]).toBe('exit code 0 (2 runs)');
});
