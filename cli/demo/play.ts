/** Plays the acts through the real core, over the real client, on the simulated cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RolloutError } from '../../src/errors.ts';
import { podMetrics } from '../../src/metrics/pods.ts';
import type { Event } from '../../src/model/event.ts';
import type { Manifest } from '../../src/model/request.ts';
import { analysedText } from '../../src/report/words.ts';
import { rollout } from '../../src/rollout.ts';
import type { Stream } from '../../src/simulation/index.ts';
import type { Playground } from '../playground/playground.ts';
import { requestOf } from '../playground/request.ts';
import { webName, webObjects, webRoute } from '../playground/web.ts';
import { type Act, acts } from './acts.ts';
import { between, compare, type Measurement } from './measure.ts';
import { observe } from './observe.ts';
import type { Onlooker } from './onlooker.ts';
import type { Screen } from './screen.ts';
import type { Tempo } from './tempo.ts';
import { measuredText } from './words.ts';

/** Where and how it is played. */
export interface Stage {
  readonly playground: Playground;
  readonly onlooker: Onlooker;
  readonly screen: Screen;
  readonly tempo: Tempo;
  readonly signal: AbortSignal;
}

/** A measured act. */
export interface Measured {
  readonly title: string;
  readonly measurement: Measurement;
}

/** What was measured in all. */
export interface Played {
  readonly measured: readonly Measured[];
  readonly sent: number;
  readonly lost: number;
}

/** Plays all acts. Throws what a rollout failed with, INTERRUPTED among it. */
export async function play(stage: Stage): Promise<Played> {
  const [first, ...others] = acts;
  await stage.playground.connected.cluster.apply(webRoute());
  if (first !== undefined) await perform(stage, first);
  await reached(stage);
  const { simulation } = stage.playground;
  const stream = simulation.traffic({
    namespace: 'default',
    entry: `route/${webName}`,
    requestsPerSecond: stage.tempo.requestsPerSecond,
  });
  stage.onlooker.sees(stream);
  const measured: Measured[] = [];
  for (const act of others) measured.push(...(await performMeasured(stage, act, stream)));
  await sleep(settledMilliseconds);
  stream.stop();
  const { sent, lost } = stream.counts();
  return { measured, sent, lost };
}

/** Behind the last act, so that a loss behind it would be seen. */
const settledMilliseconds = 100;

/** Whoever sends the first requests gives the data plane its time to hear of the pods: their being endpoints does not tell that it has. */
async function reached({ onlooker, tempo, signal }: Stage): Promise<void> {
  onlooker.step('waiting for the data plane, before the first request');
  await wait(tempo.trafficDelaySeconds * 1000, signal);
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw new RolloutError('INTERRUPTED', 'the demo was stopped', 'Run it again.');
  });
}

async function performMeasured(stage: Stage, act: Act, stream: Stream): Promise<readonly Measured[]> {
  await perform(stage, act);
  if (!act.splits) return [];
  const measurement = await measure(stage, stream);
  const note = measuredText(measurement);
  stage.onlooker.end(acts.indexOf(act), note);
  stage.screen.log(`      measured: the canary ${note}`);
  return [{ title: act.title, measurement }];
}

async function perform({ playground, onlooker, screen, tempo, signal }: Stage, act: Act): Promise<void> {
  const index = acts.indexOf(act);
  onlooker.begin(index);
  screen.log(`${index + 1}  ${act.title}`);
  const request = requestOf({
    raw: act.inputs,
    manifests: act.tag === null ? [] : webObjects(`demo/web:${act.tag}`).map((object): Manifest => ({ object, from: 'web.yaml' })),
    run: { id: 'demo', name: 'the demo' },
    timing: { trafficDelaySeconds: tempo.trafficDelaySeconds, drainSeconds: tempo.drainSeconds },
  });
  const { cluster, page } = playground.connected;
  let note: string | null = null;
  for await (const event of rollout(request, { ...cluster, metrics: podMetrics(page, { port: null, path: null }) }, signal))
    note = show(event, { onlooker, screen, act }) ?? note;
  if (act.fails !== undefined && note === null)
    throw new RolloutError(act.fails, 'the new version answers with errors, and nobody noticed', 'Please report it as a bug.');
  if (!act.splits) onlooker.end(index, note ?? 'done');
}

interface Shown extends Pick<Stage, 'onlooker' | 'screen'> {
  readonly act: Act;
}

/** What is to be said of the act, once it is known that it ended as it should. */
function show(event: Event, { onlooker, screen, act }: Shown): string | null {
  if (event.type === 'failed' && event.code !== act.fails) throw new RolloutError(event.code, event.message, event.hint);
  if (event.type === 'failed') return 'found and rejected';
  if (event.type === 'step' || event.type === 'progress') onlooker.step(event.text);
  if (event.type === 'done') onlooker.step(event.text);
  for (const text of logged(event)) screen.log(`      ${text}`);
  return null;
}

function logged(event: Event): readonly string[] {
  if (event.type === 'analysed') return event.findings.map(finding => `judged by its own requests: ${analysedText(finding)}`);
  return event.type === 'done' ? [event.text] : [];
}

/** A share that is far off by chance is near when it is measured again; one that is wrong is not. */
async function measure(stage: Stage, stream: Stream): Promise<Measurement> {
  const once = await measureOnce(stage, stream);
  return once.isWithin ? once : await measureOnce(stage, stream);
}

async function measureOnce({ playground, onlooker, tempo, signal }: Stage, stream: Stream): Promise<Measurement> {
  onlooker.step('measuring the split');
  const { asked } = await observe(playground.connected.cluster);
  const before = stream.counts();
  await wait(tempo.measureMilliseconds, signal);
  return compare(asked, between(before, stream.counts()));
}
