/** The same requests are put to stable, its baseline and the canary, and what only the canary answers otherwise is shown. */

import { contrast, type Reply, shownOf } from '../../analysis/contrast.ts';
import { RolloutError } from '../../errors.ts';
import type { AnalysedMetric } from '../../model/analysed.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Variant, Verdict } from '../../model/metrics.ts';
import type { Operation } from '../../model/operation.ts';
import type { Comparison } from '../../model/probe.ts';
import { portIn } from '../pods/pod-port.ts';
import { variantsOf } from '../pods/sides.ts';
import type { Session } from '../session.ts';
import { together } from '../together.ts';

/** What one request came to: the differences, or why there is no answer to compare. */
export interface Contrast {
  readonly comparison: Comparison;
  readonly verdict: Extract<Verdict, 'pass' | 'fail' | 'no-data'>;
  readonly text: string;
  readonly count: number;
}

const MOST_MILLISECONDS = 10_000;

/** Puts each request of the inputs once. A difference that decides nothing is told as a warning. */
export async function compared(
  session: Session,
  { namespace, workload, sides, port }: Extract<Operation, { do: 'soak' }>,
): Promise<readonly Contrast[]> {
  const { compares } = session.request.inputs;
  if (compares.length === 0) return [];
  const variants = await variantsOf(session, namespace, sides);
  const found = await together(compares.map(comparison => contrastOf(session, comparison, { variants, port })));
  for (const one of found.filter(({ verdict, comparison }) => verdict !== 'pass' && !comparison.critical))
    session.emit({
      type: 'notice',
      level: 'warning',
      text: `${workload}: ${contrastText(one)}. It is not critical, so it decides nothing.`,
    });
  return found;
}

interface Sides {
  readonly variants: readonly Variant[];
  /** Where the Service sends its requests. */
  readonly port: string | null;
}

async function contrastOf(session: Session, comparison: Comparison, { variants, port }: Sides): Promise<Contrast> {
  const pods = askedOf(variants);
  if (!pods) return { comparison, verdict: 'no-data', text: 'both sides need a running pod', count: 0 };
  try {
    const [first, second, third] = await together(pods.map(pod => replyOf(session, comparison, { pod, ofService: port })));
    const differences = first && second && third ? contrast({ old: [first, second], canary: third }) : [];
    return { comparison, verdict: differences.length > 0 ? 'fail' : 'pass', text: shownOf(differences), count: differences.length };
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code === 'INTERRUPTED') throw error;
    // The message has a line for each of the three pods, which may say the same.
    return { comparison, verdict: 'no-data', text: error.message.split('\n')[0] ?? '', count: 0 };
  }
}

/** Two pods of the old version and one of the new; null where a side has none. */
function askedOf(variants: readonly Variant[]): readonly KubeObject[] | null {
  const podsOf = (of: Variant['side']): readonly KubeObject[] => variants.filter(({ side }) => side === of).flatMap(({ pods }) => pods);
  const [[canary], [one, next], [baseline]] = [podsOf('canary'), podsOf('stable'), podsOf('baseline')];
  // A second old pod shows which parts of an answer change by themselves: the baseline's, else another one of stable, else the same one asked again.
  return canary && one ? [one, baseline ?? next ?? one, canary] : null;
}

interface Place {
  readonly pod: KubeObject;
  readonly ofService: string | null;
}

async function replyOf({ cluster }: Session, { path, port: asked, headers }: Comparison, { pod, ofService }: Place): Promise<Reply> {
  const port = portIn(pod, { asked, ofService });
  const { name, namespace = '' } = pod.metadata;
  if (!cluster.askPod) throw new RolloutError('UNSUPPORTED', 'pods cannot be queried here', 'Leave compare out.');
  return await cluster.askPod({ namespace, pod: name, port, path, headers, mostMilliseconds: MOST_MILLISECONDS });
}

/** What was found, for people. */
export const contrastText = ({ comparison, verdict, text }: Contrast): string =>
  verdict === 'no-data'
    ? `${comparison.text}: ${text}`
    : `${comparison.text}: the canary answers differently from the running version: ${text}`;

/** For the summary. */
export const analysedContrast = ({ comparison, verdict, text, count }: Contrast): AnalysedMetric => ({
  metric: comparison.critical ? comparison.text : `${comparison.text} (only reported: not critical)`,
  verdict,
  canary: verdict === 'no-data' ? text : countText(count),
  reference: '',
  against: 'stable',
  difference: verdict === 'fail' ? text : '',
  worse: verdict === 'fail' ? 1 : 0,
  acceptable: verdict === 'pass' ? 1 : 0,
});

const countText = (count: number): string =>
  count === 0 ? 'the same answer as stable' : `${count} ${count === 1 ? 'difference' : 'differences'} from stable`;

/** The comparisons that decide: a difference in one of them fails the analysis. */
export const criticalOf = (contrasts: readonly Contrast[]): readonly Contrast[] =>
  contrasts.filter(({ comparison }) => comparison.critical);
