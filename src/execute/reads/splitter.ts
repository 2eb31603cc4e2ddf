import { decode, recordName, recordsOf } from '../../manifests/record.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Keeper } from '../../model/operation.ts';
import { routers } from '../../routers/index.ts';
import { splitterOf } from '../../routers/splits.ts';
import type { Session } from '../session.ts';
import { listAllowed, servedVersions } from './read.ts';
import { index } from './recorded.ts';

/** Whose object it is, what does not become of it where it is left, and what is to be done then. */
interface Purpose {
  readonly keeper: Keeper;
  readonly what: string;
  readonly later: string;
}

/** Whether an object of the user's is left to the rollout of another workload that splits requests by it now, and says so. */
export async function leftTo(session: Session, object: KubeObject, { keeper, what, later }: Purpose): Promise<boolean> {
  const by = await splitterNow(session, object, keeper);
  if (by === null) return false;
  const text = `${nameOf(refOf(object))} is not ${what}: the rollout of Deployment ${by} splits requests by it. ${later} when that one has ended.`;
  session.emit({ type: 'notice', level: 'warning', text });
  return true;
}

/**
 * The workload whose rollout splits requests by an object as it was read. The rollout may have begun in the middle of this action: its record is
 * there before its split is, so it is among those that are listed now.
 */
async function splitterNow({ cluster, seen }: Session, object: KubeObject, keeper: Keeper): Promise<string | null> {
  const namespace = object.metadata.namespace ?? '';
  const records = await cluster.list(recordsOf(namespace));
  const others = records.filter(({ metadata }) => metadata.name !== recordName(keeper.name) || namespace !== keeper.namespace);
  if (others.length === 0) return null;
  const versions = await servedVersions(cluster);
  const names = new Set(others.flatMap(record => decode(record, null)?.router.split(',') ?? []));
  const collections = [...names].flatMap(name => routers[name]?.collections(namespace, { versions }) ?? []);
  const known = [...seen.values()].filter(({ kind }) => kind !== 'ConfigMap');
  const objects = index([...known, ...(await listAllowed(cluster, collections)), ...others, object]);
  const live = { now: cluster.now(), objects, versions, rendered: {}, ended: [], changed: [] };
  return splitterOf(object, { ...keeper, live });
}
