/** A namespace of its own on a stage, for facts that take several runs. */
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { type ContractApi, contractApi } from '../contract/api.ts';
import { type Act, type Ending, type Place, perform, performUntilCut } from './act.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { answering, type CrashStage } from './stage.ts';
import { applyAsUser } from './user.ts';

/** Which run of the pipeline acts, and when; how long it may wait, 20 s when absent; who hears it, and what stands between it and its cluster. */
export type When = Omit<Act, 'inputs' | 'files'> & Omit<Place, 'kubeconfig' | 'namespace'>;

/** What a test does in its namespace. */
export interface Bed {
  readonly api: ContractApi;
  act(inputs: RawInputs, files?: readonly KubeObject[], when?: When): Promise<Ending>;
  /** Runs an action that dies when the server has done its n-th write; what it wrote by then. */
  dieBehind(write: number, act: Act, laterSeconds?: number): Promise<readonly string[]>;
  snapshot(): Promise<Snapshot>;
  /** Requests from where the data plane has begun to answer them. */
  traffic(entry: string): Promise<Stream>;
  /** Tries something in a cluster of its own, which begins where this one stands: a long way to it is gone once for many trials. */
  inCopy<T>(trial: (bed: Bed) => Promise<T>): Promise<T>;
}

let made = 0;

/** Makes a namespace in which these objects are the user's. */
export async function openBed(stage: CrashStage, objects: readonly KubeObject[]): Promise<Bed> {
  const namespace = `bed-${++made}`;
  const api = contractApi(stage.simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await applyAsUser(api, objects);
  return bedIn(stage, namespace);
}

function bedIn(stage: CrashStage, namespace: string): Bed {
  const place = (laterSeconds = 0) => ({ kubeconfig: stage.simulation.kubeconfig, namespace, laterSeconds });
  return {
    api: contractApi(stage.simulation, namespace),
    act: (inputs, files = [], when = {}) => perform({ timeoutSeconds: 20, ...when, inputs, files }, { ...place(), ...when }),
    dieBehind: async (write, act, laterSeconds) => {
      const wire = stage.wire(namespace, { write, when: 'after', isDeath: true });
      await performUntilCut(act, place(laterSeconds), wire);
      wire.mend();
      return wire.writes;
    },
    snapshot: () => snapshot(stage.simulation, namespace),
    traffic: async entry => {
      await answering(stage.simulation, { namespace, entry });
      return stage.simulation.traffic({ namespace, entry, requestsPerSecond: 250 });
    },
    inCopy: trial => tryInCopy(stage, namespace, trial),
  };
}

async function tryInCopy<T>(stage: CrashStage, namespace: string, trial: (bed: Bed) => Promise<T>): Promise<T> {
  const copy = await stage.copy();
  try {
    return await trial(bedIn(copy, namespace));
  } finally {
    await copy.close();
  }
}

/** How an action ended: its status, or the code of its error. */
export const said = (ending: Ending): string => (ending?.type === 'failed' ? ending.code : (ending?.outcome.status ?? 'nothing'));

/** A file that a release brings or changes. */
export const config = (name: string, mode = 'new'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { mode },
});
