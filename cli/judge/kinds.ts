/** What the judge does with each kind of entry. */
import { effectSize } from '../../src/analysis/kayenta/effect.ts';
import { AllTied, interval, type Series, workings } from '../../src/analysis/kayenta/interval.ts';
import { outliers } from '../../src/analysis/kayenta/prepare.ts';
import { endsWell } from '../../src/analysis/kayenta/score.ts';
import { percentile, summary, withoutHoles } from '../../src/analysis/kayenta/statistics.ts';
import { type Claim, logEvidence, type Share } from '../../src/analysis/strict.ts';
import { classified, classifiedByMean } from './classified.ts';
import { EntryFault, type Fields, flagAt, listAt, numberAt, numberOrNull, numberWithin, seriesAt, wordAt } from './fields.ts';
import { metricPhase } from './phase.ts';
import { confidenceOf, detectorOf, prepared } from './prepared.ts';
import { scored } from './scored.ts';

/** What is printed of an entry beside what it gave. */
export type Got = { readonly got: unknown; readonly gotCritical?: boolean };

/** Every kind, with what it comes to. */
export const kinds: Readonly<Record<string, (entry: Fields) => Got>> = {
  classify: classified,
  'mean-inequality': classifiedByMean,
  confidenceInterval: entry => ({ got: intervalOf(entry) }),
  outliers: entry => ({ got: outliers(seriesAt(entry, 'experiment'), detectorOf(entry)) }),
  summary: entry => ({ got: summary(seriesAt(entry, 'experiment')) }),
  percentileR7: entry => ({ got: percentile(seriesAt(entry, 'experiment'), numberWithin(entry, 'params.p', { from: 0, to: 100 })) }),
  effectSize: entry => ({ got: effectSize(wordAt(entry, 'params.measure', ['meanRatio', 'cles']), seriesOf(entry)) }),
  transform: entry => ({ got: prepared(entry, seriesAt(entry, 'experiment')) }),
  score: entry => ({ got: scored(entry) }),
  aggregate: entry => ({ got: endsWell([numberAt(entry, 'params.finalScore')], thresholdsOf(entry)) }),
  metricPhase: entry => ({ got: metricPhase(entry) }),
  worse: entry => ({ got: strict('worse', entry) }),
  acceptable: entry => ({ got: strict('acceptable', entry) }),
};

/** Holes are left out: a rank has none. */
const seriesOf = (entry: Fields): Series => ({ control: whole(entry, 'control'), experiment: whole(entry, 'experiment') });

const whole = (entry: Fields, path: string): readonly number[] => withoutHoles(seriesAt(entry, path));

const thresholdsOf = (entry: Fields) => ({
  marginal: numberOrNull(entry, 'params.marginal'),
  pass: numberOrNull(entry, 'params.passThreshold'),
});

/** The workings too where the entry leaves out the shortcut at the ends, as the tests of Kayenta do that follow each step. */
function intervalOf(entry: Fields): unknown {
  const series = seriesOf(entry);
  const confidence = confidenceOf(entry);
  if (series.control.length === 0 || series.experiment.length === 0) throw new EntryFault('control and experiment must not be empty');
  try {
    const found = interval(series, confidence);
    return flagAt(entry, 'params.skipEndpointShortcut') ? { ...workings(series, confidence), ...found } : found;
  } catch (error) {
    if (error instanceof AllTied) return 'Error';
    throw error;
  }
}

function strict(claim: Claim, entry: Fields): number {
  const margin = numberWithin(entry, 'margin', { from: 0, to: 1 });
  return logEvidence(claim, { canary: shareAt(entry, 'canary'), baseline: shareAt(entry, 'baseline'), margin });
}

function shareAt(entry: Fields, path: string): Share {
  const [events, requests, ...others] = listAt(entry, path);
  const isShare = typeof events === 'number' && typeof requests === 'number' && others.length === 0 && events >= 0 && events <= requests;
  if (!isShare) throw new EntryFault(`${path} must be [events, requests] with 0 <= events <= requests`);
  return { events, requests };
}
