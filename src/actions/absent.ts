/** Namespaces that are not there: one that is misspelt looks like one in which nothing is open. */
import type { Session } from '../execute/session.ts';
import type { Cluster } from '../model/kube.ts';

/** Whether there is no such namespace. Of one that may not be read this cannot be told, and it counts as there. */
export const isAbsent = async (name: string, cluster: Pick<Cluster, 'get'>): Promise<boolean> =>
  (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }).catch(() => undefined)) === null;

/** Warns of those that are not there, where nothing was found in them: a step that takes back is green all the same. */
export async function tellAbsent({ cluster, emit }: Pick<Session, 'cluster' | 'emit'>, names: readonly string[]): Promise<void> {
  const told = await Promise.all(names.map(async name => ((await isAbsent(name, cluster)) ? [name] : [])));
  for (const name of told.flat())
    emit({
      type: 'notice',
      level: 'warning',
      text: `Namespace ${name} does not exist, so nothing is open in it. Correct the input namespace if it is misspelt.`,
    });
}
