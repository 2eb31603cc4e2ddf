/** What a canary's last analysis allows. */
import { RolloutError } from '../../errors.ts';
import type { Order, RecordView } from '../../model/plan.ts';
import type { Action } from '../../model/stage.ts';
import type { App } from '../world/app.ts';

type Judged = NonNullable<RecordView['analysis']>;

const isProven = ({ verdict, accepted }: Judged): boolean => verdict === 'pass' || accepted === true;

/**
 * A canary that did not pass is promoted by nobody but who says so.
 * @throws RolloutError ANALYSIS_FAILED, ANALYSIS_UNFINISHED.
 */
export function refuseUnproven({ acceptsAnyAnalysis }: Order, { analysis }: RecordView): void {
  if (!analysis || acceptsAnyAnalysis || isProven(analysis)) return;
  const { verdict, metrics } = analysis;
  if (verdict === null) {
    throw new RolloutError(
      'ANALYSIS_UNFINISHED',
      'an analysis of this canary has begun but not ended',
      'Run deploy again: it resumes the analysis. Or set accept-analysis: none to promote without it, or reject.',
    );
  }
  const open = metrics
    .filter(metric => metric.verdict !== 'pass')
    .map(({ metric, verdict: own, said }) => `${metric}: ${own}${said ? `, ${said}` : ''}`);
  throw new RolloutError(
    'ANALYSIS_FAILED',
    `the last analysis of this canary ended as ${verdict}${open.length > 0 ? ` (${open.join(', ')})` : ''}`,
    'Deploy again to repeat the analysis, or reject. To promote it anyway, set accept-analysis: none.',
  );
}

/** Nothing but its analysis kept the deploy from ending well, and the user does without. */
export function isWaived({ acceptsAnyAnalysis }: Order, { analysis, action, stage, done }: RecordView): boolean {
  if (!acceptsAnyAnalysis || !analysis || isProven(analysis)) return false;
  return action === 'retreat' ? done : action === 'deploy' && stage === analysis.stage;
}

/** By what the canary that is promoted was judged, with its numbers. */
export const provenBy = (action: Action, apps: readonly Pick<App, 'name' | 'record'>[]): readonly string[] =>
  apps.flatMap(({ name, record }) => {
    const analysis = record?.analysis;
    if (action !== 'promote' || !analysis?.verdict) return [];
    const each = analysis.metrics.map(({ metric, verdict, said }) => `${metric} ${verdict}${said ? ` (${said})` : ''}`);
    return [
      `Analysis of ${name}: ${analysis.verdict}${analysis.accepted ? ', and accepted so' : ''}${each.length > 0 ? `; ${each.join('; ')}` : ''}.`,
    ];
  });
