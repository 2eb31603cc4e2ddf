import type { KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Session } from './session.ts';
import { leftTo } from './splitter.ts';

/** Applies a file of the user's; null where the object is left to the rollout that splits requests by it. */
export async function applyFile(session: Session, operation: Extract<Operation, { do: 'apply' }>): Promise<KubeObject | null> {
  const { object, force, keepLive, keeper } = operation;
  if (!keeper) return await session.cluster.apply(object, { force, keepLive });
  let isLeft = false;
  const mayWrite = async (live: KubeObject): Promise<boolean> => {
    isLeft = await leftTo(session, live, { keeper, what: 'applied', later: 'Apply it' });
    return !isLeft;
  };
  const applied = await session.cluster.apply(object, { force, keepLive, mayWrite });
  return isLeft ? null : applied;
}
