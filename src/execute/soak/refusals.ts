/** Why an analysis does not let the new version go on. */
import { type GaugeFinding, isRanked } from '../../analysis/gauge.ts';
import type { Finding } from '../../analysis/judge.ts';
import { lacksPoints } from '../../analysis/points.ts';
import type { Tally } from '../../analysis/tally.ts';
import { RolloutError } from '../../errors.ts';
import type { Reading, Verdict } from '../../model/metrics.ts';
import type { Operation } from '../../model/operation.ts';
import type { Inputs } from '../../model/request.ts';
import { REMOVED_HINT } from '../removed.ts';
import { type Contrast, contrastText } from './compare.ts';
import { type Behind, outlook } from './forecast.ts';
import { gaugeText } from './gauges.ts';
import { failedText, findingText, isSilent, scantText, unreadText } from './words.ts';

/** What is still open at the end of the soak, and how long each would take. */
export const openText = ({ findings, decided, soaked }: Pick<Refused, 'findings' | 'decided' | 'soaked'>): string =>
  [
    ...findings.filter(isOpen).map(one => (one.points ? findingText(one) : `${findingText(one)}; ${outlook(one, soaked)}`)),
    ...decided.filter(isOpen).map(gaugeText),
  ].join('; ');

const isOpen = ({ verdict }: { readonly verdict: Verdict }): boolean => verdict === 'inconclusive';

/** What was seen of an analysis that has ended. */
export interface Refused {
  readonly findings: readonly Finding[];
  readonly decided: readonly GaugeFinding[];
  readonly critical: readonly Contrast[];
  readonly ill: readonly string[];
  readonly unread: readonly Reading[];
  readonly tally: Tally;
  readonly blind: readonly string[];
  readonly soaked: Behind;
  readonly isByPrometheus: boolean;
  /** It had all the time that it may be given. */
  readonly isExtended: boolean;
  /** The pods go with the failure. */
  readonly isRemoved: boolean;
}

/** The end of a step by its verdict. */
export const refusals: Readonly<Record<Exclude<Verdict, 'pass'>, (workload: string, watch: Refused) => RolloutError>> = {
  fail: (workload, watch) => (watch.ill.length > 0 ? unwell(watch) : worse(workload, watch)),
  'no-data': (workload, { findings, unread, tally, blind, decided, critical, isByPrometheus }) => {
    const isUncounted = blind.length > 0 || findings.some(one => one.verdict === 'no-data' && !lacksPoints(one));
    const unasked = critical.filter(({ verdict: own }) => own === 'no-data');
    const scant = findings.filter(lacksPoints).map(scantText);
    const why = [
      ...blind.map(side => `of ${side} pods were never read`),
      ...(isUncounted ? [unreadText(unread, tally)] : []),
      ...scant,
      ...unasked.map(contrastText),
      ...decided.filter(({ verdict }) => verdict === 'no-data').map(gaugeText),
    ].join('; ');
    const isUnasked = blind.length === 0 && isSilent(unread, tally);
    const uncounted = isUnasked ? SILENT_HINT : uncountedHint(isByPrometheus);
    const hint = isUncounted ? uncounted : scant.length > 0 ? SCANT_HINT : unasked.length > 0 ? UNASKED_HINT : UNMEASURED_HINT;
    return new RolloutError('NO_DATA', `${workload}: the new version cannot be judged: ${why}`, hint);
  },
  inconclusive: (workload, watch) =>
    new RolloutError(
      'ANALYSIS_INCONCLUSIVE',
      `${workload}: the soak ended without proof either way. ${openText(watch)}`,
      `Give it more time (${watch.isExtended ? 'soak-limit' : 'soak, or on-inconclusive: extend'}) or more requests (percentage), tolerate more (errors tolerance=2%), or accept it with on-inconclusive: pass.`,
    ),
};

const SCANT_HINT =
  'Give it more time (soak, or on-inconclusive: extend) or more requests (percentage). judge: strict needs no minimum of points: it counts each request.';

const UNASKED_HINT =
  'Correct the line of compare, and give the Role get on pods/proxy, and get and create on pods/portforward where the API server does not reach the pods. Or remove critical.';

const UNMEASURED_HINT = 'Run the query, the address or the command by hand, and correct its line of metrics: it has to return one number.';

const SILENT_HINT =
  'Give the new version a share of the requests (percentage), and check that clients reach its Service. Without requests, only health can be watched: leave metrics out.';

const uncountedHint = (isByPrometheus: boolean): string =>
  isByPrometheus
    ? 'Check that Prometheus is reachable (input prometheus), that it scrapes these pods with the labels namespace and pod, and that they get requests. Or leave prometheus out: then the step reads the pods themselves.'
    : 'Let the pods serve counters of their requests (annotation prometheus.io/port, or the input metrics-port), send them requests, and give the Role get on pods/proxy. Or leave metrics out: then only health is watched.';

const unwell = ({ ill, isRemoved }: Refused): RolloutError =>
  new RolloutError(
    'ANALYSIS_FAILED',
    `the new version is unhealthy: ${ill.join('; ')}`,
    isRemoved
      ? REMOVED_HINT
      : 'Check these pods: kubectl describe shows their events, kubectl logs --previous what a container wrote before it ended.',
  );

function worse(workload: string, { findings, decided, critical, isRemoved }: Refused): RolloutError {
  const isFailed = ({ verdict }: Pick<Finding, 'verdict'>): boolean => verdict === 'fail';
  const failed = [
    ...findings.filter(isFailed).map(failedText),
    ...critical.filter(isFailed).map(contrastText),
    ...decided.filter(isFailed).map(gaugeText),
  ];
  return new RolloutError(
    'ANALYSIS_FAILED',
    `${workload}: the new version ${findings.some(isFailed) ? 'is worse than the old one' : 'is not good'}. ${failed.join('; ')}`,
    isRemoved ? REMOVED_HINT : 'Check the logs of the canary. Once the cause is fixed, deploy the new image.',
  );
}

/** Kayenta's judge is for like and like; throws NO_DATA where no fresh baseline stands beside the canary. */
export function refuseWithoutBaseline(
  inputs: Pick<Inputs, 'judge' | 'metrics' | 'measures'>,
  { workload, sides }: Pick<Extract<Operation, { do: 'soak' }>, 'workload' | 'sides'>,
): void {
  if (sides.baseline || !isRanked(inputs)) return;
  throw new RolloutError(
    'NO_DATA',
    `${workload}: judge kayenta compares the canary with a fresh baseline, and there is none`,
    'Deploy the canary with a baseline (input baseline), or leave judge out: strict compares with the running version too.',
  );
}
