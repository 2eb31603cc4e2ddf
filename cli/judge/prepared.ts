/** How the series of an entry are prepared and compared. */
import { type Detector, filled, type NanStrategy, withoutOutliers } from '../../src/analysis/kayenta/prepare.ts';
import { type Fields, flagAt, numberAt, numberWithin, wordAt } from './fields.ts';

/** The confidence of the test, which is Kayenta's where none is given. */
export const confidenceOf = (entry: Fields): number => numberWithin(entry, 'params.confLevel', { from: 0, to: 1, fallback: 0.98 });

/** Which values of a series are left out, as the entry says or as Kayenta does. */
export function detectorOf(entry: Fields): Detector {
  return wordAt(entry, 'params.detector', ['iqr', 'ksigma']) === 'ksigma'
    ? { detector: 'ksigma', k: numberAt(entry, 'params.k', 3) }
    : {
        detector: 'iqr',
        factor: numberAt(entry, 'params.factor', 3),
        reduceSensitivity: flagAt(entry, 'params.reduceSensitivity', true),
      };
}

/** A series as it is compared. */
export function prepared(entry: Fields, values: readonly number[]): readonly number[] {
  const strategy: NanStrategy = wordAt(entry, 'params.nanStrategy', ['remove', 'replace']);
  const whole = filled(values, strategy);
  return wordAt(entry, 'params.outliers', ['keep', 'remove']) === 'remove' ? withoutOutliers(whole, detectorOf(entry)) : whole;
}
