/** Each pod of a new version is asked before it gets its first request. */
import { type ErrorCode, RolloutError } from '../../errors.ts';
import { atPath, parsedJson, pathText } from '../../model/json-path.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { PodAnswer, Probe } from '../../model/probe.ts';
import { count, staying } from '../../readiness/seen.ts';
import { pause, type Session } from '../session.ts';
import { together } from '../together.ts';
import { portIn } from './pod-port.ts';

type Asked = Extract<Operation, { do: 'probe' }>;

/** No more pods are asked: all of them run the same template. */
const MOST_PODS = 20;
const MOST_MILLISECONDS = 10_000;
/** A pod that was started a moment ago may not be in the network's tables yet. */
const TRIES = 3;
const AGAIN_SECONDS = 2;
const SHOWN_CHARACTERS = 200;
/** Errors that are findings about one pod. Any other error ends the whole step. */
const FINDINGS: readonly ErrorCode[] = ['UNREACHABLE', 'NOT_FOUND'];

/** Asks; throws PROBE_FAILED for an answer that is another one, FORBIDDEN where the Role does not let it. */
export async function probe(session: Session, asked: Asked): Promise<void> {
  const { namespace, workload, probes } = asked;
  const found = await session.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: asked.pods });
  const pods = staying(found).slice(0, MOST_PODS);
  const faults = (await together(pods.map(pod => faultsOf(session, asked, pod)))).flat();
  if (pods.length === 0) faults.push('no pod of it runs');
  if (faults.length === 0) {
    session.emit({
      type: 'progress',
      text: `${workload}: ${count(pods.length, 'pod')} of the new version answered ${count(probes.length, 'request')} as expected`,
    });
    return;
  }
  throw new RolloutError(
    'PROBE_FAILED',
    `${workload}: the new version does not answer as expected${session.request.inputs.action === 'deploy' ? '; it was given no share' : ''}. ${faults.slice(0, 5).join('; ')}`,
    'Query the pod by hand (kubectl port-forward, then curl) and check its logs. If the API server cannot reach pods, give the Role get and create on pods/portforward, or leave probe out.',
  );
}

/** The first question that a pod does not answer as it should, if any. */
async function faultsOf(session: Session, asked: Asked, pod: KubeObject): Promise<string[]> {
  for (const probe of asked.probes) {
    const fault = await faultOf(session, { ...asked, pod }, probe);
    if (fault !== null) return [`pod ${pod.metadata.name}, line ${probe.line} "${probe.text}": ${fault}`];
  }
  return [];
}

interface Place extends Asked {
  readonly pod: KubeObject;
}

async function faultOf(session: Session, place: Place, probe: Probe): Promise<string | null> {
  for (let tried = 1; ; tried++) {
    try {
      return judged(await ask(session, place, probe), probe);
    } catch (error) {
      if (!(error instanceof RolloutError) || !FINDINGS.includes(error.code)) throw error;
      if (error.code !== 'UNREACHABLE' || tried >= TRIES) return error.message;
      await pause(session, AGAIN_SECONDS);
    }
  }
}

async function ask({ cluster }: Session, { namespace, pod, port: servicePort }: Place, probe: Probe): Promise<PodAnswer> {
  const port = portIn(pod, { asked: probe.port, ofService: servicePort });
  if (!cluster.askPod) throw new RolloutError('UNSUPPORTED', 'pods cannot be queried here', 'Leave probe out.');
  const { path, headers, withinMilliseconds } = probe;
  const mostMilliseconds = Math.max(MOST_MILLISECONDS, withinMilliseconds ?? 0);
  return await cluster.askPod({ namespace, pod: pod.metadata.name, port, path, headers, mostMilliseconds });
}

/** What is wrong with an answer; null: nothing. */
function judged({ status, text: body, milliseconds }: PodAnswer, { status: wanted, json, withinMilliseconds }: Probe): string | null {
  const shown = body.trim() === '' ? 'nothing' : `"${body.trim().replace(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS)}"`;
  if (status !== wanted) return `status ${status}, with ${shown}`;
  if (withinMilliseconds !== null && milliseconds > withinMilliseconds) return `it took ${Math.round(milliseconds)} ms`;
  const fault = json && jsonFault(body, json);
  return fault ? `${fault} in ${shown}` : null;
}

function jsonFault(body: string, { path, equals }: NonNullable<Probe['json']>): string | null {
  const value = atPath(parsedJson(body), path);
  const place = pathText(path);
  if (value === undefined || value === null) return `${place} is not there`;
  const said = typeof value === 'string' ? value : JSON.stringify(value);
  return equals === null || said === equals ? null : `${place} is ${said.slice(0, SHOWN_CHARACTERS)}, not ${equals}`;
}
