/** What the record of a workload tells, as far as it can be believed. */
import { isLent, type Lender } from '../../manifests/lending.ts';
import { readRecord, recordBroken, recordName } from '../../manifests/record.ts';
import { keyOf } from '../../manifests/refs.ts';
import { nameOfVersion, ownVersion, seenBy, unopened } from '../../manifests/versions.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { Shadow } from '../../model/stage.ts';
import { isRouteKind } from '../../routers/lanes.ts';
import type { Target } from './belongings.ts';

/** The record, and what the API server says of it. */
export interface Memory {
  /** What the new version is called: `canary`, or a name of the user's. */
  readonly variant: Shadow;
  /** The record as it is stored, and as the version that is meant sees it. */
  readonly stored: Rollout | null;
  readonly record: Rollout | null;
  readonly recordVersion: string | null;
  /** When the record was made, in milliseconds since 1970: nothing older was brought by its rollout. */
  readonly recordCreatedAt: number;
}

/**
 * The record of a workload, with what it keeps in a Secret.
 * @throws RolloutError RECORD_BROKEN when there is one that cannot be read.
 */
export function memoryOf({ namespace, name }: Target, request: Request, live: Live): Memory {
  const find = (kind: string): KubeObject | null =>
    live.objects[keyOf({ apiVersion: 'v1', kind, namespace, name: recordName(name) })] ?? null;
  const object = find('ConfigMap');
  const reading = object ? readRecord(object, find('Secret')) : null;
  if (reading?.state === 'broken') throw recordBroken({ namespace, name: recordName(name) }, reading.why);
  const stored = reading?.state === 'rollout' ? withRoutesOnly(reading.rollout, live) : null;
  const variant = variantOf(stored, request);
  if (!object) return { variant, stored, record: null, recordVersion: null, recordCreatedAt: 0 };
  const { resourceVersion, creationTimestamp } = object.metadata;
  return {
    variant,
    stored,
    record: stored && (seenBy(stored, variant) ?? unopened(stored, variant)),
    recordVersion: resourceVersion ?? null,
    recordCreatedAt: Date.parse(creationTimestamp ?? '') || 0,
  };
}

/** As the inputs name it; else the one that is open, which a deploy knows by its name alone. */
function variantOf(stored: Rollout | null, request: Request): Shadow {
  const { action, variantName } = request.inputs;
  if (variantName !== null) return variantName;
  return stored && action !== 'deploy' ? nameOfVersion(ownVersion(stored, request)) : 'canary';
}

/** The files that the record remembers: what it must not have written by itself comes from a run's own manifests only. */
export const lentFiles = ({ namespace }: Target, record: Rollout | null, live: Live): readonly KubeObject[] =>
  (record?.tested?.files ?? []).filter(file => isLent(file, { namespace, live }));

/** What carried requests is put back: nothing but routes and Services does. */
function withRoutesOnly(rollout: Rollout, live: Live): Rollout {
  const lender: Lender = { namespace: rollout.namespace, live };
  const isRoute = (object: KubeObject): boolean =>
    isLent(object, lender) && (isRouteKind(object) || (object.kind === 'Service' && object.apiVersion === 'v1'));
  const routes = rollout.originals.routes.map(({ name, objects }) => ({ name, objects: objects.filter(isRoute) }));
  return { ...rollout, originals: { ...rollout.originals, routes } };
}
