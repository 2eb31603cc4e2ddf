/** Entries that say where a repeated measurement stands. */
import { defaultLimits, type Limits, type Phase, phaseOf } from '../../src/analysis/limits.ts';
import { at } from '../../src/manifests/json.ts';
import { EntryFault, type Fields, flagAt, numberAt } from './fields.ts';

/** The phase of the entry's metric. */
export function metricPhase(entry: Fields): Phase {
  const counter = (name: string): number => numberAt(entry, `input.result.${name}`, 0);
  const counts = {
    begun: measurementsOf(entry) > 0,
    count: counter('count'),
    successful: counter('successful'),
    failed: counter('failed'),
    inconclusive: counter('inconclusive'),
    consecutiveError: counter('consecutiveError'),
    consecutiveSuccess: counter('consecutiveSuccess'),
  };
  return phaseOf(limitsOf(entry), counts, flagAt(entry, 'input.terminating'));
}

/** How many there were: their number, or the list of them as Argo keeps it. */
function measurementsOf(entry: Fields): number {
  const measurements = at(entry, 'input.result.measurements');
  return Array.isArray(measurements) ? measurements.length : numberAt(entry, 'input.result.measurements', 0);
}

function limitsOf(entry: Fields): Limits {
  const limit = (name: 'failureLimit' | 'inconclusiveLimit' | 'consecutiveErrorLimit' | 'consecutiveSuccessLimit' | 'minimumValid') =>
    wholeAt(entry, `input.metric.${name}`) ?? defaultLimits[name];
  return {
    repeats: (at(entry, 'input.metric.interval') ?? '') !== '',
    count: wholeAt(entry, 'input.metric.count'),
    failureLimit: limit('failureLimit'),
    inconclusiveLimit: limit('inconclusiveLimit'),
    consecutiveErrorLimit: limit('consecutiveErrorLimit'),
    consecutiveSuccessLimit: limit('consecutiveSuccessLimit'),
    minimumValid: limit('minimumValid'),
  };
}

/** A whole number, which Argo also takes as a text; null where the field is missing. */
function wholeAt(entry: Fields, path: string): number | null {
  const value = at(entry, path) ?? null;
  if (value === null) return null;
  const whole = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!Number.isInteger(whole)) throw new EntryFault(`${path} must be a whole number`);
  return Number(whole);
}
