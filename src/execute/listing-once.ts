/** Lists of one read, each asked for once: what is sure to be looked at can be asked for before its turn. */
import type { Cluster, Collection, KubeObject } from '../model/kube.ts';

/** The same cluster, which lists a collection once. */
export function listingOnce(cluster: Cluster): Cluster {
  const lists = new Map<string, Promise<readonly KubeObject[]>>();
  return {
    ...cluster,
    list: of => {
      const key = keyOf(of);
      const list = lists.get(key) ?? cluster.list(of);
      lists.set(key, list);
      return list;
    },
  };
}

const keyOf = ({ apiVersion, kind, namespace, labels, fields }: Collection): string =>
  JSON.stringify([apiVersion, kind, namespace, labels, fields]);
