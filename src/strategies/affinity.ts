import type { Inputs } from '../model/request.ts';
import type { Given } from '../model/strategy.ts';

/** Refuses affinity for strategies that do not share out the same requests: there is no version to keep a client at. */
export const keepsNobody = ({ strategy, affinity }: Inputs, given: Given, why = 'all users get one version'): readonly string[] =>
  affinity === 'none' ? [] : [`${given.spelling('affinity')}: only strategy canary takes it, not ${strategy}: ${why}`];
