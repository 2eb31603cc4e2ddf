/** One lifecycle over a network that does what it likes: deploy, deploy more, then promote or reject, each run again until it ends well. */
import type { RawInputs } from '../../../src/inputs/parse.ts';
import { contractApi } from '../../contract/api.ts';
import { type Fault, type FaultProxy, faultProxy, type Passing } from '../../fakes/fault-proxy.ts';
import { type Act, type Ending, type Place, perform, performUntilCut } from '../../stage/act.ts';
import { type Snapshot, snapshot } from '../../stage/snapshot.ts';
import { answering, type CrashStage } from '../../stage/stage.ts';
import { after, sharesTime } from '../../stage/time.ts';
import { applyAsUser } from '../../stage/user.ts';
import { web } from '../kills/flows.ts';

/** What a lifecycle does, and what happens to it. */
export interface Plan {
  readonly inputs: RawInputs;
  readonly end: 'promote' | 'reject';
  /** Asked for every request of the runs that are disturbed. */
  readonly faultOf: (passing: Passing) => Fault | null;
  /** The first try of each action dies behind so many of its writes; null: it lives. */
  readonly kills: readonly (number | null)[];
}

/** What it came to. */
export interface Lifecycle {
  /** How each run ended: "deploy: done", "deploy: died", "promote: UNREACHABLE ...". */
  readonly told: readonly string[];
  /** What must not be. */
  readonly problems: readonly string[];
  readonly lost: number;
  readonly end: Snapshot;
  readonly before: Snapshot;
}

const requestsPerSecond = 50;
/** Tries of an action over the broken network before the network is whole again. */
const disturbedTries = 2;
let count = 0;

/** Runs it in a namespace of its own. */
export async function lifecycle(stage: CrashStage, plan: Plan): Promise<Lifecycle> {
  const { simulation } = stage;
  const namespace = `network-${++count}`;
  const api = contractApi(simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await applyAsUser(api, web('v1'));
  const entry = 'service/web';
  await answering(simulation, { namespace, entry });
  const before = await snapshot(simulation, namespace);
  const stream = simulation.traffic({ namespace, entry, requestsPerSecond });
  const scene: Scene = { stage, namespace, plan, told: [], problems: [], seen: { deaths: 0 } };
  const acts = [deploy(plan, 10), deploy(plan, 25), { inputs: { ...plan.inputs, action: plan.end }, files: web('v2') }];
  for (const [i, act] of acts.entries()) await toTheEnd(scene, act, plan.kills[i] ?? null);
  // What is on its way through the data plane counts too.
  await after(simulation.kubeconfig, 100);
  stream.stop();
  const end = await snapshot(simulation, namespace);
  await api.send('DELETE', '/api/v1/namespaces/{ns}');
  return { told: scene.told, problems: scene.problems, lost: stream.counts().lost, end, before };
}

const deploy = ({ inputs }: Plan, percentage: number): Act => ({
  inputs: { ...inputs, action: 'deploy', percentage: String(percentage) },
  files: web('v2'),
});

interface Scene {
  readonly stage: CrashStage;
  readonly namespace: string;
  readonly plan: Plan;
  readonly told: string[];
  readonly problems: string[];
  readonly seen: { deaths: number };
}

async function toTheEnd(scene: Scene, act: Act, kill: number | null): Promise<void> {
  for (let number = 0; number <= disturbedTries; number += 1) {
    const isDisturbed = number < disturbedTries;
    const ending = await once(scene, act, { isDisturbed, kill: number === 0 ? kill : null });
    const said = ending === 'died' ? 'died' : wordsOf(ending);
    scene.told.push(`${act.inputs.action}: ${said}`);
    if (ending !== 'died' && ending?.type === 'outcome') return;
    if (ending === 'died') scene.seen.deaths += 1;
    else if (!isDisturbed || !isOwnWord(ending)) scene.problems.push(`${act.inputs.action}, try ${number + 1}: ${said}`);
  }
}

const wordsOf = (ending: Ending): string =>
  ending === null ? 'no ending' : ending.type === 'failed' ? `${ending.code} ${ending.message}` : ending.outcome.status;

/** Whatever a network can do is said in these words, and never as a bug. */
const ownWords = ['UNREACHABLE', 'API_ERROR', 'TOO_MANY_REQUESTS', 'UNAUTHORIZED', 'NOT_READY', 'CONCURRENT_ROLLOUT', 'CONFLICT'];

const isOwnWord = (ending: Ending): boolean => ending?.type === 'failed' && ownWords.includes(ending.code);

async function once({ stage, namespace, plan, seen }: Scene, act: Act, how: How): Promise<'died' | Ending> {
  const { simulation } = stage;
  const death = openDeath(how.kill);
  const proxy = await faultProxy({
    ask: simulation.ask,
    faultOf: passing => (how.isDisturbed ? plan.faultOf(passing) : null),
    onWrite: number => death.count(number, proxy),
    after: milliseconds => after(simulation.kubeconfig, milliseconds),
  });
  const kubeconfig = simulation.kubeconfig.replaceAll(simulation.url, proxy.url);
  const stop = sharesTime(kubeconfig, simulation.kubeconfig);
  // The claim of a run that died lapses after a minute.
  const place: Place = { kubeconfig, namespace, laterSeconds: 61 * seen.deaths };
  try {
    const wire = { writes: proxy.writes, requests: [], cut: death.came, mend: () => undefined };
    if (how.kill === null) return await perform(act, place);
    const ending = await performUntilCut(act, place, wire);
    // It has noticed its own death before the test did.
    return ending !== 'died' && ending?.type === 'failed' && ending.code === 'INTERRUPTED' ? 'died' : ending;
  } finally {
    await proxy.close();
    stop();
  }
}

interface How {
  readonly isDisturbed: boolean;
  readonly kill: number | null;
}

function openDeath(kill: number | null) {
  let die = (): void => undefined;
  const came = new Promise<void>(resolve => {
    die = resolve;
  });
  const count = (number: number, proxy: FaultProxy): void => {
    if (number !== kill) return;
    proxy.cut();
    die();
  };
  return { came, count };
}
