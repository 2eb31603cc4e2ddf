import { VARIANT } from '../../manifests/names.ts';
import type { Cluster, KubeObject } from '../../model/kube.ts';
import type { Variant } from '../../model/metrics.ts';
import type { Watched } from '../../model/operation.ts';
import type { Session } from '../session.ts';
import { together } from '../together.ts';
import { isMeant, labelQuery, unionOf } from '../watches/label-query.ts';

/** Pods of stable beyond these add load and little evidence. */
export const MOST_OF_STABLE = 10;

/** The variants with their pods that run; those that are on their way out keep what they have answered. */
export async function variantsOf({ cluster }: Session, namespace: string, sides: Watched): Promise<readonly Variant[]> {
  const given = (['canary', 'baseline', 'stable'] as const).flatMap(side => (sides[side] ? [{ side, ...sides[side] }] : []));
  const podsOf = await podsBy(
    cluster,
    namespace,
    given.map(({ labels }) => labels),
  );
  return given.map(({ side, labels, deployment: name, services }) => {
    const own = podsOf(labels).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && (side !== 'stable' || metadata.labels?.[VARIANT] === undefined),
    );
    return { side, namespace, name, services, pods: own.slice(0, side === 'stable' ? MOST_OF_STABLE : undefined) };
  });
}

/** The pods of each selector, by one list where their labels allow it. */
async function podsBy(
  cluster: Cluster,
  namespace: string,
  selectors: readonly string[],
): Promise<(labels: string) => readonly KubeObject[]> {
  const of = { apiVersion: 'v1', kind: 'Pod', namespace };
  const union = unionOf(selectors);
  if (union === null) {
    const found = await together(selectors.map(async labels => [labels, await cluster.list({ ...of, labels })] as const));
    return labels => new Map(found).get(labels) ?? [];
  }
  const all = await cluster.list({ ...of, labels: union });
  return labels => {
    const query = labelQuery(labels);
    return query ? all.filter(({ metadata }) => isMeant(query, metadata.labels)) : [];
  };
}
