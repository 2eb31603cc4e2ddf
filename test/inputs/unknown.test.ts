import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';

const canary = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20', manifests: 'web.yaml' };

function faults(raw: RawInputs, dialect: Dialect): string {
  try {
    parseInputs(raw, dialect);
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'INVALID_INPUT') return error.message;
    throw error;
  }
  return '';
}

describe('a name that is no input', () => {
  test.each<[string, Dialect, string]>([
    ['percentge', 'github', 'did you mean percentage?'],
    ['trafic-split-method', 'github', 'did you mean traffic-split-method?'],
    ['traffic_split_method', 'github', 'did you mean traffic-split-method?'],
    ['TRAFFICSPLITMETHOD', 'github', 'did you mean traffic-split-method?'],
    ['image', 'github', 'did you mean images?'],
    ['TRAFFICSPLITMEHTOD', 'azure', 'did you mean trafficSplitMethod?'],
    ['TRAFFIC-SPLIT-METHOD', 'azure', 'did you mean trafficSplitMethod?'],
    ['TIMEOUT', 'azure', 'rolloutStatusTimeout'],
    ['rolloutStatusTimeout', 'github', 'timeout'],
    ['percentag', 'terminal', 'did you mean --percentage?'],
    ['colour', 'terminal', 'there is no such option'],
  ])('%s on %s is refused: %s', (name, dialect, words) => {
    const given = dialect === 'azure' ? { MANIFESTS: 'web.yaml' } : canary;
    const told = faults({ ...given, [name]: 'x' }, dialect);
    expect(told).toMatch(/^One input is wrong:/);
    expect(told).toContain(words);
  });

  test('and is like none of ours may be a variable of the user, so it is only a warning', () => {
    const { warnings } = parseInputs({ ...canary, ENVIRONMENT_URL: 'x' }, 'github');
    expect(warnings).toEqual([expect.stringContaining('INPUT_ENVIRONMENT_URL')]);
  });

  test('and is empty was not given', () => {
    expect(parseInputs({ ...canary, percentge: '  ' }, 'github').warnings).toEqual([]);
  });
});
