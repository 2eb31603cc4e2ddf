/** Namespaces among the files of a deploy are created before anything is claimed, and what is planned then rests on what is in them. */
import type { Means } from '../execute/carry-out.ts';
import { carryOutAll } from '../execute/execute.ts';
import type { PlannedStep } from '../model/event.ts';
import { namespacesToCreate } from '../plan/operations/namespaces.ts';
import type { Prepared } from '../plan/prepare.ts';
import { describe } from '../plan/words/describe.ts';

/** The steps in words, before those of the plan. */
export const stepsToBring = ({ apps }: Prepared): readonly PlannedStep[] =>
  namespacesToCreate(apps).map(operation => ({ workload: '', stage: 'namespace', text: describe(operation), waitSeconds: 0 }));

/** Creates them; whether one was missing. */
export async function bringNamespaces({ apps }: Prepared, means: Means): Promise<boolean> {
  const operations = namespacesToCreate(apps);
  await carryOutAll([operations], { describe }, means);
  return operations.length > 0;
}
