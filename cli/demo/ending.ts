/** The demo's last words. */
import type { Played } from './play.ts';
import { countText, sharesText } from './words.ts';

/** What was asked and measured, what was lost, and how to go on with a cluster of one's own. */
export function endingLines(played: Played): readonly string[] {
  return ['', ...measuredLines(played), '', lossLine(played), '', ...nextLines];
}

/** Why the demo has failed, one sentence each; empty when it went as promised. */
export function faults({ measured, lost }: Played): readonly string[] {
  const wrong = measured.filter(({ measurement }) => !measurement.isWithin).map(({ title }) => title);
  return [
    ...(lost > 0 ? [`${countText(lost)} requests were lost.`] : []),
    ...wrong.map(title => `"${title}": a share was more than 3 standard deviations from the requested one, twice.`),
  ];
}

function measuredLines({ measured }: Played): readonly string[] {
  return measured.flatMap(({ title, measurement }) => [
    title,
    `  asked     ${sharesText(measurement.asked)}`,
    `  measured  ${sharesText(measurement.measured)}`,
    `            of ${countText(measurement.requests)} requests${measurement.isWithin ? ', within 3 standard deviations' : ''}`,
  ]);
}

function lossLine({ sent, lost }: Played): string {
  return `Requests lost: ${countText(lost)} of ${countText(sent)}.`;
}

const nextLines: readonly string[] = [
  'The same on your own cluster (add --dry-run to see the plan first):',
  '',
  '  npx kubernetes-rollout deploy --strategy canary --percentage 10 \\',
  '      --traffic-split-method auto --manifests YOUR.yaml --images YOUR/IMAGE:v2',
  '  npx kubernetes-rollout promote',
  '  npx kubernetes-rollout reject',
];
