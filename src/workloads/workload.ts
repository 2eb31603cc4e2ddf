import type { Collection, KubeObject, Ref } from '../model/kube.ts';

/** Where a workload stands. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** What keeps the pods of one template: an object for each. */
export interface Revisions {
  readonly kind: string;
  /** The label by which the pods of one template are known. */
  readonly hash: string;
}

/** A kind of workload of the group `apps`. When it is ready stands in `readiness/`, in a file of its own too. */
export interface Workload {
  /** As messages name it. */
  readonly kind: string;
  readonly revisions: Revisions;
}

const APPS = 'apps/v1';

/** An object of the kind, by its place. */
export const refTo = ({ kind }: Workload, { namespace, name }: Place): Ref => ({
  apiVersion: APPS,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Whether the object is of the kind, in whatever version. */
export const isOf = (row: Workload, { kind, apiVersion }: Pick<KubeObject, 'kind' | 'apiVersion'>): boolean =>
  kind === row.kind && apiVersion.startsWith('apps/');

/** All objects of the kind, until the caller names a namespace or labels. */
export const allOf = ({ kind }: Workload): Collection => ({ apiVersion: APPS, kind });

/** All that keep the pods of the kind's templates, until the caller names a namespace or labels. */
export const revisionsOf = ({ revisions: { kind } }: Workload): Collection => ({ apiVersion: APPS, kind });
