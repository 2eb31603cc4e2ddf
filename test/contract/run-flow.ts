/** Runs flows on an API server, each in a namespace of its own. */
import { type Act, type Ending, perform } from '../stage/act.ts';
import { type Snapshot, snapshot } from '../stage/snapshot.ts';
import { applyAsUser } from '../stage/user.ts';
import { contractApi, type Server } from './api.ts';
import { type FlowScenario, flowScenarios } from './flows.ts';

/** A cluster: its API for plain requests, and the kubeconfig that our client takes (null: the machine's own). */
export interface FlowCluster {
  readonly server: Server;
  readonly kubeconfig: string | null;
}

/** How each act ended (a status, or an error's code), and what is in the namespace then. */
export interface FlowResult {
  readonly endings: readonly string[];
  readonly end: Snapshot;
}

/** Results by the flow's name, in the order of the table. */
export type FlowResults = Readonly<Record<string, FlowResult>>;

/** Runs every flow, so many at the same time. */
export async function runFlows(cluster: FlowCluster, atOnce: number): Promise<FlowResults> {
  const waiting = Object.entries(flowScenarios).map(([name, scenario], i) => ({ name, scenario, number: i + 1 }));
  const results = new Map<string, FlowResult>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.set(next.name, await runFlow(cluster, next.scenario, next.number));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return Object.fromEntries(Object.keys(flowScenarios).flatMap(name => [...results].filter(([done]) => done === name)));
}

async function runFlow({ server, kubeconfig }: FlowCluster, { before, acts }: FlowScenario, number: number): Promise<FlowResult> {
  const namespace = `flow-${number}-${process.pid}`;
  const api = contractApi(server, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await api.until('/api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt', body => body.kind === 'ConfigMap');
  await applyAsUser(api, before);
  const endings: string[] = [];
  for (const act of acts) {
    if (isAct(act)) endings.push(spoken(await perform(act, { kubeconfig, namespace })));
    else await applyAsUser(api, act);
  }
  const end = await snapshot(server, namespace);
  await api.send('DELETE', '/api/v1/namespaces/{ns}');
  return { endings, end };
}

const isAct = (act: FlowScenario['acts'][number]): act is Act => 'inputs' in act;

function spoken(ending: Ending): string {
  if (ending === null) return 'nothing';
  return ending.type === 'failed' ? ending.code : ending.outcome.status;
}
