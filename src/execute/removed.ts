/** Whose pods go with a failure, and what can be looked at then. */
import type { Inputs } from '../model/request.ts';

/** A deploy that fails takes the new version away. */
export const isRemovedWith = ({ onFailure, action }: Inputs): boolean => onFailure === 'reject' && action === 'deploy';

/** What is left of pods that are gone. */
export const REMOVED_HINT =
  'Check the logs of the canary where they are collected: its pods are removed (on-failure: reject), and stay with on-failure: keep. Once the cause is fixed, deploy the new image.';
