/** Entries that label one metric. */
import { type Asked, type Classified, classify, classifyByMean, type RankRules } from '../../src/analysis/kayenta/classify.ts';
import type { Series } from '../../src/analysis/kayenta/interval.ts';
import { type Fields, flagAt, numberAt, seriesAt, wordAt } from './fields.ts';
import { confidenceOf, prepared } from './prepared.ts';

/** A label, and whether it is critical. */
interface Labelled {
  readonly got: string;
  readonly gotCritical: boolean;
}

/** The label by the test of ranks. */
export const classified = (entry: Fields): Labelled => labelled(classify(seriesOf(entry), rulesOf(entry)));

/** The label by the means alone. */
export const classifiedByMean = (entry: Fields): Labelled => labelled(classifyByMean(seriesOf(entry), askedOf(entry)));

const labelled = ({ label, critical }: Classified): Labelled => ({ got: label, gotCritical: critical });

const seriesOf = (entry: Fields): Series => ({
  control: prepared(entry, seriesAt(entry, 'control')),
  experiment: prepared(entry, seriesAt(entry, 'experiment')),
});

const askedOf = (entry: Fields): Asked => ({
  direction: wordAt(entry, 'params.direction', ['either', 'increase', 'decrease']),
  nanStrategy: wordAt(entry, 'params.nanStrategy', ['remove', 'replace']),
  critical: flagAt(entry, 'params.critical'),
  mustHaveData: flagAt(entry, 'params.mustHaveData'),
});

function rulesOf(entry: Fields): RankRules {
  const measure = wordAt(entry, 'params.effectSizeMeasure', ['meanRatio', 'cles']);
  const effect = (name: string): number => numberAt(entry, `params.${name}`, measure === 'cles' ? 0.5 : 1);
  return {
    ...askedOf(entry),
    tolerance: numberAt(entry, 'params.tolerance', 0.25),
    confidence: confidenceOf(entry),
    measure,
    allowedIncrease: effect('allowedIncrease'),
    allowedDecrease: effect('allowedDecrease'),
    criticalIncrease: effect('criticalIncrease'),
    criticalDecrease: effect('criticalDecrease'),
  };
}
