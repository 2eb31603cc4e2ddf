import type { Inputs } from '../model/request.ts';
import type { Given } from '../model/strategy.ts';

/** Only between shares of the same requests is there a version to keep; whoever asked for more would be told nothing. */
export const keepsNobody = ({ strategy, affinity }: Inputs, given: Given, why = 'all users get one version'): readonly string[] =>
  affinity === 'none' ? [] : [`${given.spelling('affinity')}: only strategy canary takes it, not ${strategy}: ${why}`];
