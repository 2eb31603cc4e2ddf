/** The moments of a release at which Jobs of the files run. */
import type { KubeObject } from './kube.ts';

/** When a Job runs. */
export const PHASES = ['before-deploy', 'before-promote', 'after-promote', 'on-reject'] as const;
/** One of these moments. */
export type Phase = (typeof PHASES)[number];

/** A Job at one of its moments, for a release of a workload. */
export interface Due {
  readonly file: KubeObject;
  /** What is applied before it, and is there for Jobs of this moment alone: accounts, roles, configuration. `force`: also over what others own. */
  readonly brings?: readonly { readonly object: KubeObject; readonly force: boolean }[];
  readonly phase: Phase;
  readonly workload: string;
  readonly release: string;
}
