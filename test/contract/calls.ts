/** What scenarios share: calls in order, types of patches, waiting for a rollout. */
import type { Answer, ContractApi } from './api.ts';
import { apps, core } from './objects.ts';

export type Scenario = (api: ContractApi) => Promise<unknown>;
export type Scenarios = Readonly<Record<string, Scenario>>;

/** Content types of patches. */
export const json = 'application/json-patch+json';
export const merge = 'application/merge-patch+json';
export const strategic = 'application/strategic-merge-patch+json';

/** The answers to calls made one after the other. */
export async function inOrder(calls: readonly (() => Promise<Answer>)[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const call of calls) answers.push(await call());
  return answers;
}

/** Waits for the Deployment `web` to be rolled out at a generation. */
export async function rolledOut(api: ContractApi, generation = 1, replicas = 2): Promise<void> {
  await api.until(`${apps}/deployments/web`, body => {
    const status = (body.status ?? {}) as Record<string, unknown>;
    const done = status.observedGeneration === generation && (status.updatedReplicas ?? 0) === replicas;
    return done && (status.availableReplicas ?? 0) === replicas && (status.replicas ?? 0) === replicas && isProgressed(status);
  });
  await api.until(`${core}/pods?labelSelector=app%3Dweb`, body => (body.items as unknown[]).length === replicas);
}

function isProgressed(status: Record<string, unknown>): boolean {
  return JSON.stringify(status.conditions).includes('NewReplicaSetAvailable');
}
