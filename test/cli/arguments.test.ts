import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../../cli/arguments.ts';

describe('the command line', () => {
  test('is an action, options by the names of the inputs, and files', () => {
    expect(parseArguments(['deploy', '-f', 'a.yaml', 'b.yaml', '--percentage=20', '-n', 'demo', '--strategy', 'canary'])).toMatchObject({
      command: 'deploy',
      inputs: { action: 'deploy', manifests: 'a.yaml\nb.yaml', percentage: '20', namespace: 'demo', strategy: 'canary' },
    });
  });

  test('a boolean needs no value, and takes one', () => {
    const { inputs } = parseArguments(['deploy', '--dry-run', '--baseline', 'false', '--force-conflicts=true', 'web.yaml']);
    expect(inputs).toEqual({ action: 'deploy', 'dry-run': 'true', baseline: 'false', 'force-conflicts': 'true', manifests: 'web.yaml' });
  });

  test('a repeated option adds a line', () => {
    expect(parseArguments(['deploy', '--images', 'a:1', '--images', 'b:2']).inputs.images).toBe('a:1\nb:2');
  });

  test('a value may begin with a dash', () => {
    expect(parseArguments(['deploy', '--percentage', '-1']).inputs.percentage).toBe('-1');
  });

  test('a letter may carry its value, and behind -- every word is a file', () => {
    expect(parseArguments(['deploy', '-fa.yaml', '-nshop', '--', '--strange.yaml']).inputs).toEqual({
      action: 'deploy',
      manifests: 'a.yaml\n--strange.yaml',
      namespace: 'shop',
    });
  });

  test('run and output are no inputs', () => {
    expect(parseArguments(['status', '--run', 'web/12', '-o', 'json'])).toMatchObject({
      run: 'web/12',
      output: 'json',
      inputs: { action: 'status' },
    });
  });

  test('an option without its value is a fault, and so is a word that means nothing', () => {
    expect(parseArguments(['deploy', 'a.yaml', '-', '--dry-run', '--strategy', '--images']).faults).toEqual([
      '--strategy needs a value',
      '--images needs a value',
    ]);
    expect(parseArguments(['status', 'extra']).faults).toEqual(['status takes no file, and "extra" is not an option']);
    expect(parseArguments(['reject', '-q']).faults).toEqual([expect.stringContaining('-q: there is no such option')]);
    expect(parseArguments(['simulate', 'web.yaml', '--serve', '--port', '0']).faults).toEqual([]);
  });

  test('an option that there is not is handed on with the inputs, to be refused with the others', () => {
    expect(parseArguments(['deploy', '--percentge', '20']).inputs).toMatchObject({ percentge: '20' });
  });
});
