import { decode, encode } from '../../../src/manifests/record.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Rollout } from '../../../src/model/record.ts';
import { script } from '../../../src/routers/script.ts';
import { aRollout } from '../../build/rollout.ts';
import { type Fixture, rootService } from './world.ts';

/** The rollout's record, in which it is kept what the script was told, as a run writes it that has read it: the fields in its order. */
function recordWith(more: Partial<Rollout>): KubeObject {
  const first = encode(aRollout(more)).configMap;
  const { configMap } = encode(decode(first, null) ?? aRollout(more));
  return { ...configMap, metadata: { ...configMap.metadata, uid: 'config-map-web-rollout' } };
}

const fixture: Fixture = {
  router: script,
  worlds: [
    { name: 'a script that was told nothing yet', objects: [rootService], made: [recordWith({ scripted: {} })], versions: {} },
    {
      name: 'a script that set another Service of the workload already',
      objects: [rootService],
      made: [recordWith({ scripted: { inner: { traffic: { weights: { stable: 900, canary: 100 } }, done: true } } })],
      versions: {},
    },
  ],
};

export default fixture;
