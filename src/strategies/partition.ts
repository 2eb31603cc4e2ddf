import { holds, interval } from '../gates/hold.ts';
import type { Strategy } from '../model/strategy.ts';
import { beside } from './beside.ts';
import { canary } from './canary.ts';

/** How many of a StatefulSet's pods run the new version: the nearest number to the percentage, at least one, and never all. */
export const podsByPartition = (percentage: number, replicas: number): number =>
  Math.max(1, Math.min(replicas - 1, Math.round((replicas * percentage) / 100)));

/** A canary where nothing can stand beside: the pods with the highest numbers run the new version, the others go on with the old one. */
export const byPartition: Strategy = beside({
  ...canary,
  words: { next: () => ['Check the pods of the new version.', 'Deploy again with a larger percentage, promote it, or reject it.'] },
  openings({ split: { steps, percentage, intervalSeconds }, replicas }) {
    const walk = steps.length > 0 ? steps : [percentage];
    return walk.map((step, i) => {
      const pods = podsByPartition(step, replicas);
      const gates = i < walk.length - 1 ? { gates: [holds(interval, intervalSeconds)] } : {};
      return { name: `${step}%`, traffic: 'unchanged', sizes: { stable: replicas - pods, canary: pods }, ...gates };
    });
  },
});
