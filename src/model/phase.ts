/** The moments of a release at which Jobs of the files run. */
import type { KubeObject } from './kube.ts';

/** When a Job runs. */
export const PHASES = ['before-deploy', 'before-promote', 'after-promote', 'on-reject'] as const;
/** One of these moments. */
export type Phase = (typeof PHASES)[number];

/** A Job at one of its moments, for a release of a workload. */
export interface Due {
  readonly file: KubeObject;
  readonly phase: Phase;
  readonly workload: string;
  readonly release: string;
}
