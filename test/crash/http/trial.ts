/** One trial: a namespace at v1 under traffic, an action whose connection is cut, and what another run makes of it. */
import type { Simulation } from '../../../src/simulation/index.ts';
import { contractApi } from '../../contract/api.ts';
import { mixed, openDiary } from '../../fakes/pods.ts';
import { type Act, type Ending, type Place, perform, performUntilCut } from '../../stage/act.ts';
import { type Snapshot, snapshot } from '../../stage/snapshot.ts';
import { answering, type CrashStage, type Cut } from '../../stage/stage.ts';
import { after } from '../../stage/time.ts';
import { applyAsUser } from '../../stage/user.ts';
import { type Flow, rejectOf, web } from './flows.ts';

/** How a trial goes on behind the cut: the same action again, a reject, or not at all. */
export type Finish = 'again' | 'reject' | 'nothing';

/** What a trial came to. */
export interface Trial {
  readonly cut: Cut | null;
  readonly writes: readonly string[];
  /** `failed: CODE message` of whichever run failed, or empty. */
  readonly failures: readonly string[];
  readonly lost: number;
  readonly end: Snapshot;
}

const requestsPerSecond = 250;
let count = 0;

const entryOf = ({ route }: Flow): string => (route ? 'route/web' : 'service/web');

/** Makes a namespace and runs a flow in it; `cut` null leaves it alone. */
export async function trial(stage: CrashStage, flow: Flow, { cut, finish }: { cut: Cut | null; finish: Finish }): Promise<Trial> {
  const namespace = `crash-${++count}`;
  const place: Place = { kubeconfig: stage.simulation.kubeconfig, namespace };
  await install(stage.simulation, namespace, flow);
  const entry = entryOf(flow);
  const diary = flow.losesRequests ? await openDiary(stage.simulation.kubeconfig, namespace) : null;
  const stream = stage.simulation.traffic({ namespace, entry, requestsPerSecond });
  const failures: string[] = [];
  const note = (act: Act, ending: Ending): void => {
    if (ending === null) failures.push(`${act.inputs.action}: no ending`);
    else if (ending.type === 'failed') failures.push(`${act.inputs.action}: ${ending.code} ${ending.message}`);
  };
  for (const act of flow.before) note(act, await perform(act, place));
  const wire = stage.wire(namespace, cut);
  if (cut?.isDeath) await performUntilCut(flow.victim, place, wire);
  else note(flow.victim, await perform(flow.victim, place));
  wire.mend();
  const next = { again: flow.victim, reject: rejectOf(flow), nothing: null }[finish];
  if (next !== null) note(next, await perform(next, { ...place, laterSeconds: 61 }));
  // What is on its way through the data plane counts too.
  await after(place.kubeconfig, 100);
  stream.stop();
  const { lost } = stream.counts();
  await diary?.close();
  failures.push(...(diary ? mixed(diary).map(images => `${images.join(' and ')} ran at once`) : []));
  const end = await snapshot(stage.simulation, namespace);
  await contractApi(stage.simulation, namespace).send('DELETE', '/api/v1/namespaces/{ns}');
  return { cut, writes: wire.writes, failures, lost, end };
}

/** What the user has before anything is released. */
export async function untouched(stage: CrashStage, flow: Flow): Promise<Snapshot> {
  const namespace = `crash-${++count}`;
  await install(stage.simulation, namespace, flow);
  return snapshot(stage.simulation, namespace);
}

/** A namespace with the user's objects at v1, rolled out and known to the data plane. */
async function install(simulation: Simulation, namespace: string, flow: Flow): Promise<void> {
  const api = contractApi(simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await applyAsUser(api, [...web('v1'), ...(flow.route ? [flow.route] : [])]);
  await answering(simulation, { namespace, entry: entryOf(flow) });
}
