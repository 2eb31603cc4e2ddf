/** One run of an action: the real core through its real client. */
import { randomUUID } from 'node:crypto';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { release } from '../../src/manifests/release.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { Measure, MeasuredCluster } from '../../src/model/metrics.ts';
import type { Inputs, Request } from '../../src/model/request.ts';
import { rollout } from '../../src/rollout.ts';
import type { Wire } from './stage.ts';
import { after, connectTo } from './time.ts';

/** An action as a step of a pipeline asks for it. */
export interface Act {
  readonly inputs: RawInputs;
  /** The user's files; none for a reject without files. */
  readonly files: readonly KubeObject[];
  /** Number of the pipeline's run; 1 when absent. */
  readonly run?: number;
  readonly timeoutSeconds?: number;
  /** In whose words the inputs are; the terminal's when absent. */
  readonly dialect?: Dialect;
  /** A workload whose pods never get ready: two seconds are enough for it, while all else may take its time on a machine under load. */
  readonly neverReady?: string;
}

/** Where and when a run happens. */
export interface Place {
  /** Where the cluster is: the text of a kubeconfig, or null for the machine's own. */
  readonly kubeconfig: string | null;
  readonly namespace: string;
  /** How far the API server's clock is on since the runs before: a claim whose holder died lapses after a minute. */
  readonly laterSeconds?: number;
  /** Hears all that the run tells. */
  readonly onEvent?: (event: Event) => void;
  /** What stands between the run and its cluster, so that others can act in the middle of it. */
  readonly between?: (cluster: MeasuredCluster) => Cluster;
  /** Numbers of the user's own. */
  readonly measure?: Measure;
}

/** What a run said last. */
export type Ending = Extract<Event, { readonly type: 'outcome' | 'failed' }> | null;

/** As fast as the stage's pace allows: every wait is longer than what it waits for. */
const quick: Partial<Inputs> = { trafficDelaySeconds: 0.06, drainSeconds: 0.06 };

/** Runs an action to its end. */
export async function perform(act: Act, place: Place): Promise<Ending> {
  const connected = await connectTo(place.kubeconfig);
  try {
    return await toTheEnd(act, place, connected.cluster);
  } finally {
    await connected.close();
  }
}

/** Runs an action until its wire is cut, and lets nothing of it write any more. */
export async function performUntilCut(act: Act, place: Place, wire: Wire): Promise<'died' | Ending> {
  const connected = await connectTo(place.kubeconfig);
  const ended = toTheEnd(act, place, connected.cluster);
  const died = wire.cut.then(async () => {
    // The server has to read the body of the write that it is to do before the connection goes.
    await after(place.kubeconfig, 20);
    await connected.close();
    return 'died' as const;
  });
  const first = await Promise.race([ended, died]);
  await ended;
  await connected.close();
  return first;
}

async function toTheEnd(act: Act, place: Place, cluster: Cluster): Promise<Ending> {
  const later: Cluster = { ...cluster, now: () => cluster.now() + (place.laterSeconds ?? 0) * 1000 };
  const met: MeasuredCluster = { ...(place.between?.(later) ?? later), ...(place.measure ? { measure: place.measure } : {}) };
  let ending: Ending = null;
  const patience: Patience = { isInVain: false };
  for await (const event of rollout(requestOf(act, place.namespace, patience), met, new AbortController().signal)) {
    place.onEvent?.(event);
    patience.isInVain = isInVain(event, act, patience);
    if (event.type === 'outcome' || event.type === 'failed') ending = event;
  }
  return ending;
}

interface Patience {
  isInVain: boolean;
}

/** From the first word of the workload that never gets ready until the run says that it gives up. */
function isInVain(event: Event, { neverReady }: Act, before: Patience): boolean {
  if (event.type === 'notice') return false;
  return before.isInVain || (event.type === 'progress' && event.text.startsWith(`${neverReady}: `));
}

function requestOf(
  { inputs, files, dialect = 'terminal', run = 1, timeoutSeconds = 60 }: Act,
  namespace: string,
  patience: Patience,
): Request {
  const manifests = files.map((object, i) => ({ object, from: `web.yaml:${i + 1}` }));
  return {
    inputs: {
      ...parseInputs({ manifests: 'web.yaml', ...inputs }, dialect).inputs,
      ...quick,
      get timeoutSeconds() {
        return patience.isInVain ? 2 : timeoutSeconds;
      },
    },
    namespace,
    manifests,
    release: manifests.length === 0 ? null : release(manifests),
    run: { id: `pipeline/${run}`, name: `run ${run} of pipeline`, pipeline: 'pipeline', number: run, attempt: 1 },
    process: randomUUID(),
  };
}
