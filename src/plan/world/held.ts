/** Which strategy holds for an action. */
import type { Strategy } from '../../model/strategy.ts';
import { strategyNamed } from '../../strategies/index.ts';
import type { App } from './app.ts';

/** A deploy goes by its inputs; promote and reject go on with what the rollout was opened with, whatever their inputs say. */
export const heldName = (
  { action, strategy }: { readonly action: string; readonly strategy: string },
  opened: { readonly strategy: string } | null | undefined,
): string => (action === 'deploy' ? strategy : (opened?.strategy ?? strategy));

/** The strategy by which a workload is released, promoted or rejected. */
export const strategyOf = ({ request, record }: Pick<App, 'request' | 'record'>): Strategy =>
  strategyNamed(heldName(request.inputs, record));
