/** The wiring that the three entries share: inputs, files, cluster and core on one side, the platform on the other. */
import { randomUUID } from 'node:crypto';
import { missingPullSecrets } from './actions/pull-secrets.ts';
import { annotated } from './actions/telling/annotated.ts';
import { toldInCluster } from './actions/telling/told-in-cluster.ts';
import { withChanges } from './actions/telling/would-change.ts';
import { leftBehind, leftByKilled, type Remembered, rememberAtLast, SECONDS_AFTER_CANCEL } from './behind.ts';
import { type Connected, connect, type LoginInstead } from './cluster/index.ts';
import type { AgentProxy } from './cluster/web.ts';
import { commentOn, type Reviewing } from './commenting.ts';
import { advised, failure, unmoved, verdictTeller } from './ending.ts';
import { givenFiles, refuseTwins } from './given-files.ts';
import { givenInputs } from './given-inputs.ts';
import type { Dialect } from './inputs/input.ts';
import type { RawInputs } from './inputs/parse.ts';
import { endingSoon, interruption, unlessAborted } from './interruption.ts';
import { lastResort } from './last-resort.ts';
import { release } from './manifests/release.ts';
import { type Measured, measured } from './measuring.ts';
import type { Capabilities } from './model/capabilities.ts';
import type { Event } from './model/event.ts';
import { heldText } from './model/hold-text.ts';
import type { Cluster } from './model/kube.ts';
import type { Inputs, Manifest, Request, Run } from './model/request.ts';
import { type Notify, notifier } from './notifying.ts';
import { begunText } from './report/begun.ts';
import { noticeOf, secretsOf } from './report/notification.ts';
import { outputsOf } from './report/outputs.ts';
import { type Reporter, reporter, type Screen } from './report/reporter.ts';
import { attachReport, writeReports } from './reporting.ts';
import { rollout } from './rollout.ts';
import { strategyNamed } from './strategies/index.ts';

/** How a platform says where the cluster is. `kubeconfig` is a path or the text itself; null: what the machine has. */
export interface PlatformConnection {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly skipTlsVerify: boolean;
  readonly namespace?: string;
  /** Logs in instead of a login command of the kubeconfig. */
  readonly loginInstead?: LoginInstead;
  /** What to do where the API server cannot be reached. */
  readonly whereUnreachable?: string;
}

/** What GitHub, Azure and the terminal do each in their own way. */
export interface Platform extends Screen {
  readonly dialect: Dialect;
  readonly run: Run;
  /** What relative paths start from. */
  readonly directory: string;
  raw(): RawInputs;
  connection(inputs: Inputs): Promise<PlatformConnection>;
  /** The proxy that it brings for an address, beside the environment's. */
  readonly agentProxy?: AgentProxy;
  output(name: string, value: string): void;
  /** What the workload is to bear of this run, by name; empty unless the user asks for it. */
  annotations?(): Readonly<Record<string, string>>;
  /** Keeps the report of the step where the platform shows it; absent where it does not. */
  attach?(page: string): Promise<void>;
  /** The pull request that the run is of; null for none, and absent where there never is one. */
  reviewing?(): Reviewing | null;
  /** Remembers what `main` is to do behind the job, or throws a RolloutError; absent on a platform behind whose jobs nothing runs. */
  remember?(what: Remembered): void;
}

/** Runs one action from inputs to summary. Resolves to the exit code: 0, 1 for a failure, 130 when it was interrupted. */
export async function main(platform: Platform): Promise<number> {
  const report = reporter(platform);
  const interrupted = interruption(line => report.say(line));
  const settled = lastResort(error => ended(platform, report, failure(error)));
  try {
    return await run(platform, report, interrupted.signal);
  } catch (error) {
    return await ended(platform, report, unmoved(failure(error)));
  } finally {
    settled();
    interrupted.close();
  }
}

/**
 * Runs a step, or behind its job what it left to do: a cancelled deploy or promote is then taken back to its end. That reads the inputs and
 * logs in as the step did. `left` is null in the step itself. Resolves to the exit code.
 */
export async function begin(platform: Platform, left: Remembered | null): Promise<number> {
  if (left === 'nothing') return 0;
  if (left === 'reject') {
    platform.print({ level: 'heading', text: 'The step was cancelled, and on-cancel is reject: its deploy is taken back.' });
    return await main({ ...platform, raw: () => ({ ...platform.raw(), ACTION: 'reject' }), remember: () => undefined });
  }
  // The platform runs this program again behind the job: by what is remembered it knows which of the two it is.
  try {
    platform.remember?.('nothing');
  } catch (error) {
    return await ended(platform, reporter(platform), unmoved(failure(error)));
  }
  return await main(platform);
}

/** Tells how it ended, for people and for the steps behind this one. */
async function ended(platform: Platform, report: Reporter, ending: Event | Error | null): Promise<number> {
  for (const [name, value] of Object.entries(outputsOf(ending))) platform.output(name, report.harmless(value));
  const code = await report.end(ending);
  const place = { directory: platform.directory, warn: (text: string) => report.say({ level: 'warning', text }) };
  const written = await writeReports(report.files(), place);
  if (platform.attach) await attachReport(report.page(), platform.attach, place);
  if (written.length > 0) platform.output('report', report.harmless(written.join('\n')));
  return code;
}

async function run(platform: Platform, report: Reporter, signal: AbortSignal): Promise<number> {
  const { inputs, warnings } = await givenInputs(platform.raw(), platform);
  for (const secret of inputs.notify === null ? [] : secretsOf(inputs.notify)) report.hide(secret);
  if (inputs.githubToken !== null) report.hide(inputs.githubToken);
  report.keep({ paths: inputs.reports, run: platform.run });
  for (const text of warnings) warn(text, report);
  const opened = opening(platform, inputs, report);
  const reading = { ...platform, agentProxy: platform.agentProxy, signal, tell: report.tell };
  const capabilities = async (): Promise<Capabilities> => (await opened.open()).connected.capabilities();
  try {
    const manifests = await unlessAborted(givenFiles(inputs, { ...reading, capabilities }), signal);
    const { where, connected } = await unlessAborted(opened.open(), signal);
    const metrics = await measured(connected, inputs, { ...platform, environment: process.env, signal, onSecret: report.hide });
    return await act(platform, report, { inputs, manifests, where, connected, metrics, signal }).finally(metrics.close);
  } finally {
    await opened.close();
  }
}

interface Opened {
  readonly where: PlatformConnection;
  readonly connected: Connected;
}

/** The connection, made once, by whoever needs it first: charts need it before their objects are known, and a fault of plain files is told without it. */
function opening(platform: Platform, inputs: Inputs, report: Reporter): { open(): Promise<Opened>; close(): Promise<void> } {
  let opened: Promise<Opened> | null = null;
  let made: Connected | null = null;
  const connected = async (): Promise<Opened> => {
    const where = await platform.connection(inputs);
    made = await connect({
      ...where,
      environment: process.env,
      agentProxy: platform.agentProxy,
      onSecret: secret => report.hide(secret),
      onWarning: text => warn(text, report),
    });
    return { where, connected: made };
  };
  return {
    open: () => (opened ??= connected()),
    close: async () => await made?.close(),
  };
}

function warn(text: string, report: Reporter): void {
  report.tell({ type: 'notice', level: 'warning', text });
}

interface Prepared {
  readonly inputs: Inputs;
  readonly manifests: readonly Manifest[];
  readonly where: PlatformConnection;
  readonly connected: Connected;
  readonly metrics: Measured;
  readonly signal: AbortSignal;
}

interface Begun extends Prepared {
  readonly request: Request;
  readonly notify: Notify;
}

async function act(platform: Platform, report: Reporter, prepared: Prepared): Promise<number> {
  const { connected, signal } = prepared;
  const request = requestOf(platform, prepared);
  refuseTwins(request);
  report.tell({ type: 'begun', text: begunText(request, strategyNamed(request.inputs.strategy)) });
  if (request.inputs.action === 'deploy') await unlessAborted(warnOfPullSecrets(request, connected.cluster, report), signal);
  const armed = leftByKilled(request.inputs);
  if (armed !== 'nothing') platform.remember?.(armed);
  const notify = notifier(platform, { harmless: report.harmless, warn: text => warn(text, report) }, request);
  void notify({ status: 'begun', text: 'begun' });
  const ran = carriedOut(platform, report, { ...prepared, request, notify });
  const ending = advised(await ran.catch(failure), prepared.where.whereUnreachable);
  const left = leftBehind(request.inputs, ending);
  if (left !== armed) rememberAtLast(platform, left, text => warn(text, report));
  const isFailed = !(ending instanceof Error) && ending?.type === 'failed';
  // Where the cluster does not tell whose rollout is open, the files do.
  if (request.release !== null && isFailed && !ending.standing?.release) platform.output('release', request.release);
  const code = await ended(platform, report, ending);
  await notify(noticeOf(ending));
  await comment(platform, report, request);
  return code;
}

/** On the pull request, where that is asked for. */
async function comment(platform: Platform, report: Reporter, request: Request): Promise<void> {
  await commentOn(report.summary(), request, {
    ...platform,
    reviewing: platform.reviewing?.() ?? null,
    warn: text => warn(text, report),
    inform: text => report.say({ level: 'notice', text, title: 'Rollout' }),
  });
}

/** The last event of a rollout; those before it are told. */
async function carriedOut(platform: Platform, report: Reporter, { request, metrics, signal, notify }: Begun): Promise<Event | null> {
  const { inputs } = request;
  // Where nothing follows the run, a cancelled one that is to give its requests back does so to its end.
  const graceSeconds = platform.remember || inputs.onCancel === 'keep' ? SECONDS_AFTER_CANCEL.end : null;
  const tellVerdict = verdictTeller(platform);
  let ending: Event | null = null;
  let isHeld = false;
  const told = withChanges(rollout(request, metrics.cluster, signal), { ...metrics, request });
  const whole = annotated(told, { ...metrics, request, annotations: platform.annotations?.() ?? {} });
  const events = toldInCluster(whole, { ...metrics, request, harmless: report.harmless });
  for await (const event of endingSoon(events, signal, graceSeconds)) {
    ending = event;
    if (event.type !== 'failed') report.tell(event);
    // Whoever is asked for several workloads answers for all of them.
    if (event.type === 'held' && !isHeld) void notify({ status: 'waiting', text: heldText(event) });
    isHeld ||= event.type === 'held';
    tellVerdict(event);
  }
  return ending;
}

async function warnOfPullSecrets(request: Request, cluster: Cluster, report: Reporter): Promise<void> {
  for (const { name, namespace } of await missingPullSecrets(request, cluster)) {
    warn(
      `Pull secret ${name}: namespace ${namespace} has no such secret; create it; without it, images that need it cannot be pulled.`,
      report,
    );
  }
}

function requestOf({ run, remember }: Platform, { inputs, manifests, where, connected }: Prepared): Request {
  return {
    inputs,
    namespace: inputs.namespace ?? where.namespace ?? connected.namespace ?? 'default',
    manifests,
    release: manifests.length === 0 ? null : release(manifests),
    run,
    process: randomUUID(),
    ...(remember ? { secondsAfterCancel: SECONDS_AFTER_CANCEL.giveBack } : {}),
  };
}
