/** How the way back of a deploy in place ended. */
import type { Outcome, VariantState } from '../model/event.ts';
import type { WayBack } from './operations/take-back.ts';
import { imagesOf } from './words/describe.ts';
import { textOfWay, titleOfWay } from './words/take-back.ts';

/** What the way back of a deploy in place makes of the outcome of a reject that found nothing open. */
export function takenBack(outcome: Outcome, ways: readonly WayBack[]): Outcome {
  const undone = ways.filter(way => textOfWay(way) !== null);
  if (undone.length === 0) {
    const because = 'no Deployment of these manifests runs this release (any more), so nothing was rolled back';
    return { ...outcome, status: 'unchanged', because };
  }
  const because = `Deployment ${undone.map(titleOfWay).join(', ')} ${outcome.dryRun ? 'would go' : 'went'} back to the previous revision`;
  return { ...outcome, status: 'rejected', because, variants: outcome.variants.map(variant => foreseen(variant, outcome, undone)) };
}

/** A dry run shows what would run. */
function foreseen(variant: VariantState, { dryRun }: Outcome, undone: readonly WayBack[]): VariantState {
  const way = undone.find(({ live }) => live.metadata.name === variant.name);
  return dryRun && way?.before ? { ...variant, images: imagesOf(way.before) } : variant;
}
