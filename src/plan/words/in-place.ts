/** Files that are applied in place, in words. */

import { bySome } from '../../model/cases.ts';
import type { PlannedStep } from '../../model/event.ts';
import type { Operation } from '../../model/operation.ts';
import { describe } from './describe.ts';

/** What a person reads of, and under which head; null for housekeeping, and for waits, whose news are told as they come. */
const stageOf = bySome<'do', Operation, 'apply' | 'create' | 'run-job' | 'prune', [], string | null>(
  'do',
  { apply: () => 'apply', create: () => 'apply', 'run-job': ({ due }) => due.phase, prune: () => 'prune' },
  () => null,
);

/** An operation as a person would say it; null where it is not told. */
export const describeInPlace = (operation: Operation): string | null => (stageOf(operation) === null ? null : describe(operation));

/** The steps for the display, before they are carried out. */
export const stepsInPlace = (operations: readonly Operation[]): readonly PlannedStep[] =>
  operations.flatMap(operation => {
    const stage = stageOf(operation);
    return stage === null ? [] : [{ workload: '', stage, text: describe(operation), waitSeconds: 0 }];
  });
