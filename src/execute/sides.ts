import { VARIANT } from '../manifests/names.ts';
import type { Variant } from '../model/metrics.ts';
import type { Watched } from '../model/operation.ts';
import type { Session } from './session.ts';
import { together } from './together.ts';

/** Pods of stable beyond these add load and little evidence. */
export const MOST_OF_STABLE = 10;

/** The variants with their pods that run; those that are on their way out keep what they have answered. */
export async function variantsOf({ cluster }: Session, namespace: string, sides: Watched): Promise<readonly Variant[]> {
  const given = (['canary', 'baseline', 'stable'] as const).flatMap(side => (sides[side] ? [{ side, ...sides[side] }] : []));
  return await together(
    given.map(async ({ side, labels, deployment: name, services }) => {
      const found = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });
      const own = found.filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined && (side !== 'stable' || metadata.labels?.[VARIANT] === undefined),
      );
      return { side, namespace, name, services, pods: own.slice(0, side === 'stable' ? MOST_OF_STABLE : undefined) };
    }),
  );
}
