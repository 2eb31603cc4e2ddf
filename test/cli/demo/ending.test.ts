import { describe, expect, test } from '@jest/globals';
import { endingLines, faults } from '../../../cli/demo/ending.ts';
import { compare, type Measurement } from '../../../cli/demo/measure.ts';

const measured = (isWithin: boolean): { readonly title: string; readonly measurement: Measurement } => ({
  title: 'deploy v2',
  measurement: { ...compare({}, { sent: 0, lost: 0, switched: 0, pods: [] }), isWithin },
});

describe('the demo has failed', () => {
  test('not when nothing was lost and every share was near', () => {
    expect(faults({ measured: [measured(true)], sent: 10, lost: 0 })).toEqual([]);
  });

  test('when a request was lost', () => {
    expect(faults({ measured: [measured(true)], sent: 10, lost: 1 })).toEqual(['1 requests were lost.']);
  });

  test('when a share was not what was asked, and its line does not say that it was', () => {
    const played = { measured: [measured(false)], sent: 10, lost: 0 };
    expect(faults(played)).toEqual([expect.stringContaining('deploy v2')]);
    expect(endingLines(played).join('\n')).not.toContain('within 3 standard deviations');
  });
});

test('the last words fit 80 columns', () => {
  const long = endingLines({ measured: [measured(true)], sent: 1_000_000, lost: 0 }).filter(line => line.length > 80);
  expect(long).toEqual([]);
});
