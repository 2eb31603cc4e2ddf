import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../src/inputs/parse.ts';
import { faults, inputs } from './parsed.ts';

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
