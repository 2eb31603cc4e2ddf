/** One trial: a cluster under traffic, an action whose connection is cut, and what another run makes of it. */
import { answer } from '../../../src/actions/answering.ts';
import type { Simulation } from '../../../src/simulation/index.ts';
import { contractApi } from '../../contract/api.ts';
import { mixed, openDiary } from '../../fakes/pods.ts';
import { type Act, type Ending, type Place, perform, performUntilCut } from '../../stage/act.ts';
import { type Snapshot, snapshot } from '../../stage/snapshot.ts';
import { answering, type CrashStage, type Cut, openStage } from '../../stage/stage.ts';
import { after, connectTo } from '../../stage/time.ts';
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

const entryOf = ({ route }: Flow): string => (route ? 'route/web' : 'service/web');

/** A cluster where all that goes before a flow's victim has happened. */
export interface Prepared {
  readonly stage: CrashStage;
  /** What the user had before anything was released. */
  readonly untouched: Snapshot;
  /** What went wrong on the way, as a trial says it. */
  readonly failures: readonly string[];
}

const namespace = 'crash';

/** Makes the cluster that the trials of a flow begin with; it stands still from then on. */
export async function prepare(flow: Flow): Promise<Prepared> {
  const stage = await openStage();
  await install(stage.simulation, flow);
  const untouched = await snapshot(stage.simulation, namespace);
  const failures = openFailures(flow);
  const stream = stage.simulation.traffic({ namespace, entry: entryOf(flow), requestsPerSecond });
  for (const act of flow.before) failures.note(act, await perform(act, placeOf(stage)));
  // What is on its way through the data plane has arrived in every copy: here it counts.
  await after(stage.simulation.kubeconfig, 500);
  stream.stop();
  if (stream.counts().lost > 0 && !flow.losesRequests) failures.all.push(`${stream.counts().lost} requests lost before`);
  return { stage, untouched, failures: failures.all };
}

/** Runs a flow's victim in a copy of its cluster; `cut` null leaves it alone. */
export async function trial(prepared: Prepared, flow: Flow, { cut, finish }: { cut: Cut | null; finish: Finish }): Promise<Trial> {
  const stage = await prepared.stage.copy();
  const { simulation } = stage;
  const diary = flow.losesRequests ? await openDiary(simulation.kubeconfig, namespace) : null;
  const stream = simulation.traffic({ namespace, entry: entryOf(flow), requestsPerSecond });
  const failures = openFailures(flow);
  const wire = stage.wire(namespace, cut);
  const person = approving(stage, flow);
  if (cut?.isDeath) await performUntilCut(flow.victim, { ...placeOf(stage), ...person.hearing }, wire);
  else failures.note(flow.victim, await perform(flow.victim, { ...placeOf(stage), ...person.hearing }));
  wire.mend();
  const next = { again: flow.victim, reject: rejectOf(flow), nothing: null }[finish];
  const laterSeconds = next === null ? 0 : await untilLapsed(stage, flow);
  if (next !== null) failures.note(next, await perform(next, { ...placeOf(stage), ...person.hearing, laterSeconds }));
  await person.isDone();
  // What is on its way through the data plane counts too.
  await after(simulation.kubeconfig, 100);
  stream.stop();
  const { lost } = stream.counts();
  await diary?.close();
  const beside = diary ? mixed(diary).map(images => `${images.join(' and ')} ran at once`) : [];
  const end = await snapshot(simulation, namespace);
  await stage.close();
  return { cut, writes: wire.writes, failures: [...failures.all, ...beside], lost, end };
}

/** The claim of whoever died lapses after a minute. */
const LAPSED = 61;

/** How far on a clock has to be for that; what is judged by its requests gets those of that minute. */
async function untilLapsed({ simulation }: CrashStage, { victim }: Flow): Promise<number> {
  if (victim.inputs.metrics === undefined) return LAPSED;
  await after(simulation.kubeconfig, LAPSED * 1000);
  return 0;
}

const placeOf = ({ simulation }: CrashStage): Place => ({ kubeconfig: simulation.kubeconfig, namespace });

/** Whoever approves a flow hears when it waits. What he says may be lost with the run that he says it to. */
function approving({ simulation }: CrashStage, { isApproved }: Flow): { hearing: Pick<Place, 'onEvent'>; isDone(): Promise<void> } {
  const said: Promise<unknown>[] = [];
  const approve = async (): Promise<void> => {
    const { cluster, close } = await connectTo(simulation.kubeconfig);
    const asked = { namespace, application: null, verdict: 'approve', person: 'jane' } as const;
    await answer(asked, cluster)
      .catch(() => undefined)
      .finally(close);
  };
  return {
    hearing: isApproved
      ? {
          onEvent: event => {
            if (event.type === 'held') said.push(approve());
          },
        }
      : {},
    isDone: async () => void (await Promise.all(said)),
  };
}

interface Failures {
  readonly all: string[];
  note(act: Act, ending: Ending): void;
}

function openFailures({ victim, failsWith }: Flow): Failures {
  const all: string[] = [];
  const note: Failures['note'] = (act, ending) => {
    const { inputs } = act;
    const said = ending?.type === 'failed' ? ending.code : undefined;
    if (act === victim && failsWith !== undefined)
      all.push(...(said === failsWith ? [] : [`${inputs.action}: not ${failsWith} but ${said}`]));
    else if (ending === null) all.push(`${inputs.action}: no ending`);
    else if (ending.type === 'failed') all.push(`${inputs.action}: ${ending.code} ${ending.message}`);
  };
  return { all, note };
}

/** A namespace with the user's objects at v1, rolled out and known to the data plane. */
async function install(simulation: Simulation, flow: Flow): Promise<void> {
  const api = contractApi(simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await applyAsUser(api, [...web('v1'), ...(flow.route ? [flow.route] : []), ...(flow.beside ?? [])]);
  await answering(simulation, { namespace, entry: entryOf(flow) });
}
