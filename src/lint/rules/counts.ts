/** How many pods are left when nodes are drained, and while a version rolls. */
import { at } from '../../manifests/json.ts';
import { amountOf, goingBy, staysUp } from '../../manifests/rolling.ts';
import { matches } from '../../manifests/selectors.ts';
import type { LintFile, LintFiles, Rule } from '../finding.ts';
import { hasCompany, isBeside, isServed, leastReplicas, podLabels, scalerOf, titleOf } from '../workload.ts';

/** One pod is none whenever its node goes. One that must never run twice is meant so. */
export const oneReplica: Rule = {
  code: 'one-replica',
  level: 'warning',
  about: 'What answers requests runs more than once.',
  remarks: (file, all) => {
    if (!isServed(file, all) || isMeantAlone(file) || hasCompany(file, all) || leastReplicas(file, all) !== 1) return [];
    const scaler = scalerOf(file, all);
    const field = scaler?.object.kind === 'ScaledObject' ? 'spec.minReplicaCount' : 'spec.minReplicas';
    return [
      {
        path: 'spec.replicas',
        what: `${titleOf(file)} runs one pod: nothing answers while its node is drained or down.`,
        set: scaler === undefined ? 'spec.replicas: 2 or more' : `${field} of ${titleOf(scaler)}: 2 or more`,
      },
    ];
  },
};

const isMeantAlone = ({ object }: LintFile): boolean => at(object, 'spec.strategy.type') === 'Recreate';

/** Without one, a drain of nodes may take all pods at once. */
export const noDisruptionBudget: Rule = {
  code: 'no-disruption-budget',
  level: 'warning',
  about: 'A drain of nodes leaves pods that answer.',
  remarks: (file, all) => {
    if (!isServed(file, all) || leastReplicas(file, all) < 2 || budgetsOf(file, all).length > 0) return [];
    return [
      {
        path: '',
        what: `${titleOf(file)} has no PodDisruptionBudget in these files: a drain of nodes may take all of its pods at once.`,
        set: 'spec.maxUnavailable: 1 of a PodDisruptionBudget that selects its labels',
      },
    ];
  },
};

/** A rolling deploy that takes every pod before one of the new version is ready. */
export const rollEmpties: Rule = {
  code: 'max-unavailable-empties',
  level: 'warning',
  about: 'A rolling deploy keeps pods that answer.',
  remarks: (file, all) => {
    const { object } = file;
    const strategy = object.spec?.strategy;
    const replicas = leastReplicas(file, all);
    const isRolling = object.kind === 'Deployment' && at(strategy, 'type') !== 'Recreate' && at(strategy, 'rollingUpdate') !== undefined;
    if (!isRolling || !isServed(file, all) || replicas < 1 || staysUp(strategy, replicas) > 0) return [];
    return [
      {
        path: 'spec.strategy.rollingUpdate.maxUnavailable',
        what: `${titleOf(file)}: ${goingBy(strategy, replicas)} while a version is replaced.`,
        set: 'spec.strategy.rollingUpdate.maxUnavailable: 0 and maxSurge: 1',
      },
    ];
  },
};

/** A budget that allows nothing blocks the drain of every node; one that allows all is none. */
export const budgetOfAllOrNone: Rule = {
  code: 'disruption-budget-of-all-or-none',
  level: 'warning',
  about: 'A PodDisruptionBudget lets some pods go, and keeps some.',
  remarks: (file, all) => {
    if (file.object.kind !== 'PodDisruptionBudget') return [];
    const covered = all.files.filter(other => covers(file, other));
    const replicas = covered.reduce((sum, other) => sum + leastReplicas(other, all), 0);
    const going = goes(file, replicas);
    const field = file.object.spec?.minAvailable === undefined ? 'spec.maxUnavailable' : 'spec.minAvailable';
    if (replicas < 2 || going === null || (going > 0 && going < replicas)) return [];
    const effect = going <= 0 ? 'no pod may go, so that no node can be drained' : 'all pods may go at once, as without it';
    return [{ path: field, what: `${titleOf(file)}: of ${replicas} pods, ${effect}.`, set: 'spec.maxUnavailable: 1' }];
  },
};

/** How many pods of so many a budget lets go at once, as the disruption controller rounds; null where it names no number. */
function goes({ object: { spec } }: LintFile, replicas: number): number | null {
  const least = amountOf(spec?.minAvailable, replicas, Math.ceil);
  return least === null ? amountOf(spec?.maxUnavailable, replicas, Math.ceil) : replicas - least;
}

const budgetsOf = (file: LintFile, { budgets }: LintFiles): readonly LintFile[] => budgets.filter(budget => covers(budget, file));

const covers = (budget: LintFile, file: LintFile): boolean =>
  ['Deployment', 'StatefulSet'].includes(file.object.kind) &&
  isBeside(budget, file) &&
  matches(budget.object.spec?.selector, podLabels(file));
