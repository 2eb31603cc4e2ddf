import { describe, expect, test } from '@jest/globals';
import { machineTime } from '../../../src/cluster/clock.ts';
import { numberOfScript } from '../../../src/execute/commands/script-number.ts';
import type { OwnMetric } from '../../../src/model/metrics.ts';

describe('a command that measures', () => {
  const measure = (command: string, reads: 'number' | 'exit-code' = 'number') =>
    numberOfScript({ reads } as OwnMetric, command, { time: machineTime, signal: new AbortController().signal });

  test('is good by its exit code, or says a number', async () => {
    expect(await measure('sh -c "exit 3"', 'exit-code')).toEqual({ kind: 'value', value: 3 });
    expect(await measure('true', 'exit-code')).toEqual({ kind: 'value', value: 0 });
    expect(await measure('echo 1.5e3')).toEqual({ kind: 'value', value: 1500 });
  });

  test.each([
    ['sh -c "echo 5; echo no such queue >&2; exit 1"', 'error', 'ended with exit code 1: no such queue'],
    ['./no-such-command', 'error', 'could not be started (ENOENT)'],
    ['true', 'no-data', 'prints no number'],
    ['echo None', 'no-data', 'prints no number'],
    ['echo NaN', 'nan', 'NaN'],
    ['echo five', 'error', 'prints "five"'],
    ['sh -c "echo 1; echo 2"', 'error', 'prints 2 lines instead of one number: "1"'],
  ] as const)('and is never good without one: %s', async (command, kind, text) => {
    expect(await measure(command)).toEqual({ kind, text: expect.stringContaining(text) });
  });

  test('and that fails is told with what it said last', async () => {
    expect(await measure('sh -c "echo noise; echo no such queue >&2; exit 3"', 'exit-code')).toEqual({
      kind: 'value',
      value: 3,
      said: 'no such queue',
    });
    expect(await measure('sh -c "echo 2 of 5 failed; exit 1"', 'exit-code')).toMatchObject({ said: '2 of 5 failed' });
    expect(await measure('echo fine', 'exit-code')).toEqual({ kind: 'value', value: 0 });
  });

  test('that cannot be started has no exit code either', async () => {
    expect(await measure('./no-such-command', 'exit-code')).toMatchObject({ kind: 'error' });
  });
});
