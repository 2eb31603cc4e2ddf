/** Where the requests are when a run has failed. */
import type { Standing, VariantState } from '../model/event.ts';
import { percent } from './words.ts';

/** One sentence or two; what was lost is told only where nothing was moved. */
export function whereText(standing: Standing | undefined): string {
  if (standing === undefined) return 'This step does not know where the requests are: pods of both versions may answer.';
  const { traffic, isUnmoved, isReplacing, variants } = standing;
  const shares = sharesOf(variants);
  const replacing = isReplacing ? ' Promote has begun to replace stable’s pods; reject goes back to the old version.' : '';
  switch (traffic) {
    case 'stable':
      return isUnmoved ? 'All requests are on stable; 0 lost by this step.' : 'All requests are on stable.';
    case 'unchanged':
      return `This step moved no request; 0 lost by it${shares === '' ? '.' : `: ${shares}.`}${replacing}`;
    case 'split':
      if (!isReplacing && isSetToStable(variants))
        return 'All requests were sent to stable; the step ended before the data plane was seen to apply it.';
      return `The last split that was set: ${shares}.${replacing}`;
  }
}

/** "stable 80 %, canary 20 %"; of several workloads each variant by its name. */
function sharesOf(variants: readonly VariantState[]): string {
  const isOne = new Set(variants.map(({ workload }) => workload)).size === 1;
  return variants.flatMap(({ role, name, share }) => (share === null ? [] : [`${isOne ? role : name} ${percent(share)}`])).join(', ');
}

const isSetToStable = (variants: readonly VariantState[]): boolean =>
  variants.every(({ role, share, match }) => share === (role === 'stable' ? 100 : 0) && match === undefined);
