import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';

function inputs(raw: RawInputs, dialect: Dialect = 'github') {
  return parseInputs(raw, dialect).inputs;
}

function faults(raw: RawInputs, dialect: Dialect = 'github'): readonly string[] {
  try {
    parseInputs(raw, dialect);
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'INVALID_INPUT')
      return error.message
        .split('\n')
        .slice(1)
        .map(line => line.trim());
    throw error;
  }
  return [];
}

describe('a step of KubernetesManifest@1 with the name changed', () => {
  test.each([
    ['0', 600],
    ['120', 120],
    ['', 600],
  ])('rolloutStatusTimeout "%s" is %i seconds', (timeout, timeoutSeconds) => {
    expect(inputs({ MANIFESTS: 'web.yaml', ROLLOUTSTATUSTIMEOUT: timeout }, 'azure')).toMatchObject({ timeoutSeconds });
  });

  test.each(['bake', 'createSecret', 'delete', 'patch', 'scale'])('its action %s is refused with what to use instead', action => {
    expect(faults({ ACTION: action, MANIFESTS: 'web.yaml' }, 'azure')).toEqual([
      expect.stringMatching(`action: "${action}" is not an action .*: `),
    ]);
  });

  test('an input of another of its actions is named with that action', () => {
    expect(parseInputs({ MANIFESTS: 'web.yaml', SECRETNAME: 'x' }, 'azure').warnings).toEqual([expect.stringContaining('createSecret')]);
  });

  test('an Azure Resource Manager connection is refused with the connection to use', () => {
    expect(faults({ MANIFESTS: 'web.yaml', CONNECTIONTYPE: 'azureResourceManager' }, 'azure')).toEqual([
      expect.stringMatching(/^connectionType: .*Kubernetes service connection/),
    ]);
  });
});
