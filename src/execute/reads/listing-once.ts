/** Questions of one read, each asked once: what is sure to be looked at can be asked for before its turn. */
import { questionOf } from '../../manifests/refs.ts';
import type { Cluster, KubeObject } from '../../model/kube.ts';

/** The same cluster, which lists a collection once, and is asked once for the versions of a kind. */
export function listingOnce(cluster: Cluster): Cluster {
  const lists = new Map<string, Promise<readonly KubeObject[]>>();
  const versions = new Map<string, Promise<readonly string[]>>();
  return {
    ...cluster,
    list: of => once(lists, questionOf(of), () => cluster.list(of)),
    versions: (group, kind) => once(versions, `${group}/${kind}`, () => cluster.versions(group, kind)),
  };
}

function once<T>(answers: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = answers.get(key) ?? ask();
  answers.set(key, answer);
  return answer;
}
