/** Entries that score several metrics. */
import { type Scored, score } from '../../src/analysis/kayenta/score.ts';
import { isRecord } from '../../src/manifests/json.ts';
import { EntryFault, type Fields, fieldsAt, flagAt, listAt, numberAt, wordAt } from './fields.ts';

/** The score of the entry's metrics. */
export function scored(entry: Fields): number {
  const weights = fieldsAt(entry, 'params.groupWeights');
  const known = Object.keys(weights).map(group => [group, numberAt({ weight: weights[group] }, 'weight')] as const);
  return score(listAt(entry, 'params.metrics').map(metricOf), Object.fromEntries(known));
}

function metricOf(metric: unknown, index: number): Scored {
  const where = `params.metrics[${index}]`;
  if (!isRecord(metric)) throw new EntryFault(`${where} must be an object`);
  const groups = listAt(metric, 'groups').map(group => {
    if (typeof group !== 'string') throw new EntryFault(`${where}.groups must be texts`);
    return group;
  });
  const label = wordAt(metric, 'classification', ['Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric', 'Error']);
  return { label, critical: flagAt(metric, 'critical'), muted: flagAt(metric, 'muted'), groups };
}
