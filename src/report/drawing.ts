/** What is drawn of analyses while they go on: shares, requests, errors, and the evidence on its way to a proof. */
import type { Event, LookedMetric } from '../model/event.ts';
import { bar } from './summary.ts';
import { percent } from './words.ts';

type Looked = Extract<Event, { type: 'looked' }>;

/** The newest look at each workload, a few lines each. */
export function drawingOf(looks: Iterable<Looked>): readonly string[] {
  return [...looks].flatMap(look => [
    `        ${look.workload}: ${sharesText(look)}`,
    ...look.metrics.map(metric => metricText(look, metric)),
  ]);
}

function sharesText({ counts }: Looked): string {
  const sides = Object.entries(counts).map(([side, { requests }]) => ({ side, requests }));
  const all = sides.reduce((sum, { requests }) => sum + requests, 0);
  const parts = sides.map(({ side, requests }) => `${side} ${shareOf(requests, all)}`);
  return `${all} requests counted${all > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** "errors   canary 12.9 % of 132, baseline 0 % of 135   worse ████████░░ 80 %   not worse ░░░░░░░░░░ 0 %". */
function metricText({ against }: Looked, { metric, canary, reference, worse, acceptable }: LookedMetric): string {
  const [ofCanary, ofOld] = [canary, reference].map(([events, requests]) => `${shareOf(events, requests)} of ${requests}`);
  return `        ${metric.padEnd(8)} canary ${ofCanary}, ${against} ${ofOld}   worse ${bar(worse)}   not worse ${bar(acceptable)}`;
}

const shareOf = (part: number, whole: number): string => percent((100 * part) / Math.max(1, whole));
