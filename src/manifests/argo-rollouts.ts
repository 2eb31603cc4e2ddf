/** How Argo Rollouts marks what belongs to one version. */
import type { KubeObject } from '../model/kube.ts';
import { texts } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** The label of ReplicaSets and pods; the controller writes it into the selectors of Services. */
export const ROLLOUT_HASH = 'rollouts-pod-template-hash';

/** The annotation of Services that the controller writes to; its value is the name of the Rollout. */
export const MANAGED = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** A selector as the user wrote it. */
export function withoutHash(selector: Labels): Labels {
  const { [ROLLOUT_HASH]: _hash, ...kept } = selector;
  return kept;
}

/** Whether the controller has made an object, or written into it. */
export const isOfRollouts = (object: KubeObject): boolean =>
  object.metadata.labels?.[ROLLOUT_HASH] !== undefined || object.metadata.annotations?.[MANAGED] !== undefined || isHashed(object);

/** A Service that picks one version of a Rollout. */
export const isHashed = ({ spec }: KubeObject): boolean => texts(spec?.selector)[ROLLOUT_HASH] !== undefined;
