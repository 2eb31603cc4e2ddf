import { refOf } from '../manifests/refs.ts';
import type { ApplyOptions, KubeObject } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { leftTo } from './reads/splitter.ts';
import { notedNow, type Session } from './session.ts';

/** Applies a file of the user's; null where the object is left to the rollout that splits requests by it. */
export async function applyFile(session: Session, operation: Extract<Operation, { do: 'apply' }>): Promise<KubeObject | null> {
  const { object, force, keepLive, keeper } = operation;
  if (!keeper) return await session.cluster.apply(object, { force, keepLive, ...knownNow(session, object) });
  let isLeft = false;
  const mayWrite = async (live: KubeObject): Promise<boolean> => {
    isLeft = await leftTo(session, live, { keeper, what: 'applied', later: 'Apply it' });
    return !isLeft;
  };
  const applied = await session.cluster.apply(object, { force, keepLive, mayWrite });
  return isLeft ? null : applied;
}

/** An answer counts as current for so long: the plan itself may rest on a read of this age. */
const KNOWN_MILLISECONDS = 5000;

/**
 * The object as the API server answered it a moment ago, so that the apply need not read it once more. The API server itself looks at the owners of
 * fields, and a count that is kept is sent with the resourceVersion at which it was read. An answer in another apiVersion spells its fields otherwise.
 */
function knownNow(session: Session, object: KubeObject): Pick<ApplyOptions, 'live'> {
  const live = notedNow(session, refOf(object), KNOWN_MILLISECONDS);
  return live?.apiVersion === object.apiVersion ? { live } : {};
}
