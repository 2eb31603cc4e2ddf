import { expect, test } from '@jest/globals';
import { missingPullSecrets } from '../../src/actions/pull-secrets.ts';
import { RolloutError } from '../../src/errors.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import type { Cluster, Ref } from '../../src/model/kube.ts';
import type { Inputs, Manifest, Request } from '../../src/model/request.ts';

const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });

function request(imagepullsecrets: string, manifests: readonly Manifest[] = []): Request {
  const inputs: Inputs = parseInputs({ manifests: 'x', imagepullsecrets }, 'github').inputs;
  return { inputs, namespace: 'demo', manifests, release: 'r', run: { id: 'r', name: 'r' }, process: 'p' };
}

/** Holds the secret `there`; `hidden` may not be read. */
function cluster(): Cluster {
  const get = async ({ name, namespace }: Ref) => {
    if (name === 'hidden') throw new RolloutError('FORBIDDEN', 'no', 'no');
    return name === 'there' && namespace === 'demo' ? secret(name) : null;
  };
  return { get } as Partial<Cluster> as Cluster;
}

test('names the pull secrets that the namespace does not have', async () => {
  expect(await missingPullSecrets(request('there\nlost'), cluster())).toEqual([{ name: 'lost', namespace: 'demo' }]);
});

test('a secret that the files bring, or that may not be read, is not missing', async () => {
  const brought = [{ object: secret('brought'), from: 'a.yaml:1' }];
  expect(await missingPullSecrets(request('brought\nhidden', brought), cluster())).toEqual([]);
});

test('a secret is looked for where the pods are, which files that name their namespace decide', async () => {
  const pod = (namespace?: string): Manifest => ({
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', ...(namespace ? { namespace } : {}) },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
    from: 'a.yaml:1',
  });
  expect(await missingPullSecrets(request('there', [pod('shop'), pod()]), cluster())).toEqual([{ name: 'there', namespace: 'shop' }]);
  const brought = { object: { ...secret('there'), metadata: { name: 'there', namespace: 'shop' } }, from: 'a.yaml:9' };
  expect(await missingPullSecrets(request('there', [pod('shop'), brought]), cluster())).toEqual([]);
});
