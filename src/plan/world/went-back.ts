/** What tells that somebody has gone back to an earlier revision of a Deployment. */
import { at, record, records } from '../../manifests/json.ts';
import { isSameTemplate } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import { newestReplicaSet } from '../../readiness/deployment.ts';
import { REVISION, revisionOf, revisionTemplate, setsOf } from './revisions.ts';

/** The Deployment runs an earlier revision again (whether its controller has renewed its number or not), and the one right before was the release. */
export function isBack(live: KubeObject, sets: readonly KubeObject[], released: JsonObject): boolean {
  const now = newestReplicaSet(live, sets);
  const others = setsOf(live, sets).filter(({ metadata }) => metadata.uid !== now?.metadata.uid);
  const [last] = others.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  if (!now || !last || !isSameTemplate(revisionTemplate(last), released)) return false;
  return now.metadata.annotations?.[`${REVISION}-history`] !== undefined || revisionOf(now) < revisionOf(last);
}

/** The way of rolling is one that no file gave, but a patch as ours: nobody took it back yet. */
export function isMarked(live: KubeObject, type: string): boolean {
  const isPatch = (entry: Readonly<Record<string, unknown>>): boolean =>
    entry.manager === 'kubectl' && entry.operation === 'Update' && at(entry, 'fieldsV1.f:spec') !== undefined;
  const strategies = records(live.metadata.managedFields)
    .filter(isPatch)
    .map(entry => record(record(record(entry.fieldsV1)['f:spec'])['f:strategy'])['f:type']);
  return at(live, 'spec.strategy.type') === type && strategies.some(owned => owned !== undefined);
}
