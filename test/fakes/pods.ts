/** Which pods a namespace had, moment by moment. */

import { at, records, text } from '../../src/manifests/json.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { connectTo } from '../stage/time.ts';

/** A pod as it stood at one moment. */
export interface Standing {
  readonly name: string;
  readonly image: string;
  readonly isReady: boolean;
  /** It was told to go; until its last process has ended it runs all the same. */
  readonly isGoing: boolean;
}

export interface Diary {
  /** Every set of pods that there was so far, in order. */
  readonly moments: readonly (readonly Standing[])[];
  close(): Promise<void>;
}

/** Keeps a diary of the pods of a namespace, those included that are being terminated. Resolves once it has seen those that stand now. */
export async function diaryOf(cluster: Cluster, namespace: string): Promise<Diary> {
  const over = new AbortController();
  const moments: (readonly Standing[])[] = [];
  const sets = cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace }, over.signal)[Symbol.asyncIterator]();
  const write = async (): Promise<boolean> => {
    const { value, done } = await sets.next();
    if (!done) moments.push((value as readonly KubeObject[]).map(standing));
    return done !== true;
  };
  await write();
  const work = (async (): Promise<void> => {
    while (await write());
  })();
  return {
    moments,
    close: async () => {
      over.abort();
      await work;
    },
  };
}

/** The same over a connection of its own. */
export async function openDiary(kubeconfig: string, namespace: string): Promise<Diary> {
  const connected = await connectTo(kubeconfig);
  const diary = await diaryOf(connected.cluster, namespace);
  return {
    moments: diary.moments,
    close: async () => {
      await diary.close();
      await connected.close();
    },
  };
}

function standing({ metadata, spec, status }: KubeObject): Standing {
  return {
    name: metadata.name,
    image: text(records(at(spec, 'containers'))[0]?.image),
    isReady: records(at(status, 'conditions')).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    isGoing: metadata.deletionTimestamp !== undefined,
  };
}

/** The images that ran at one moment, for every moment at which there was more than one. */
export const mixed = ({ moments }: Diary): readonly (readonly string[])[] =>
  moments.map(pods => [...new Set(pods.map(({ image }) => image))].sort()).filter(({ length }) => length > 1);
