/** Rolls that may take all of stable's pods before a new one is ready. */
import { at, number } from '../../manifests/json.ts';
import { goingBy, staysUp } from '../../manifests/rolling.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { App } from './app.ts';
import { isByNode } from './pods-by-node.ts';
import { isNumbered } from './pods-of-set.ts';
import { countOf, keepsReplicas } from './size.ts';

interface Ruling {
  readonly whose: string;
  readonly strategy: unknown;
  readonly replicas: number;
}

/**
 * Why stable's roll may take all of its pods at once, in words; null where some stay up. The strategy that is there rules from the new
 * template on, the file's as soon as it is applied behind it, and the original's on the way back.
 */
export function wholeRoll(app: App): string | null {
  const found = rulings(app).find(({ strategy, replicas }) => replicas > 0 && staysUp(strategy, replicas) === 0);
  return found ? `${found.whose} ${goingBy(found.strategy, found.replicas)}` : null;
}

const strategyOf = (workload: KubeObject): unknown => at(workload, 'spec.strategy');

function rulings(app: App): readonly Ruling[] {
  const { stable, file, record } = app;
  // A StatefulSet replaces one pod after the other, a DaemonSet those of some nodes.
  if (!stable || isNumbered(app) || isByNode(app)) return [];
  const full = fullCount(app, stable);
  const original = record?.originals.stable;
  return [
    { whose: "the Deployment's", strategy: strategyOf(stable), replicas: full },
    ...(file
      ? [{ whose: "the new file's", strategy: strategyOf(file) ?? strategyOf(stable), replicas: countBy(app, { file, stable, full }) }]
      : []),
    ...(original ? [{ whose: "the Deployment's original", strategy: strategyOf(original), replicas: record.replicas }] : []),
  ];
}

/** Stable's full size: where pods are the split it may have given some up, and gets them back with the roll. */
function fullCount(app: App, stable: KubeObject): number {
  const now = countOf(app, stable);
  return app.routing === 'pods' ? Math.max(now, app.record?.replicas ?? 0) : now;
}

interface Counted {
  readonly file: KubeObject;
  readonly stable: KubeObject;
  readonly full: number;
}

/** The count behind the apply of the file: an autoscaler's, or somebody's `scale`, stays what it is. */
const countBy = ({ live }: App, { file, stable, full }: Counted): number =>
  keepsReplicas(file, stable, live.objects) ? full : number(file.spec?.replicas, full);
