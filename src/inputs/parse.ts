/** From what a platform hands over to the inputs, checked all together. */
import { RolloutError } from '../errors.ts';
import type { Inputs } from '../model/request.ts';
import type { UserAction } from '../model/stage.ts';
import type { Reach } from '../model/strategy.ts';
import { strategyNamed, strategyNotGiven } from '../strategies/index.ts';
import { adopted } from './adopted.ts';
import { type AnalysisFile, withFile } from './analysis-file.ts';
import { bareTimes } from './bare-times.ts';
import { abilityChoices } from './choices.ts';
import { combinations } from './combinations.ts';
import { insteadOfAction } from './foreign.ts';
import { all, type Dialect, releasing } from './input.ts';
import type { AskedMetrics } from './metrics.ts';
import { reaching } from './reaching.ts';
import { type Faults, reader, type ValueReader } from './reader.ts';
import { strangers } from './unknown.ts';
import { unreadFaults } from './unread.ts';
import { items } from './values.ts';

/** Names and values as a platform hands them over, names in any case: `INPUT_DRY-RUN` is `dry-run`. An empty value means "not given". */
export type RawInputs = Readonly<Record<string, string | undefined>>;

/** The inputs, and what the user should know of them though nothing is wrong. */
export interface ParsedInputs {
  readonly inputs: Inputs;
  readonly warnings: readonly string[];
}

/** Reads all inputs. All faults are thrown together as one INVALID_INPUT, one line each. */
export function parseInputs(raw: RawInputs, dialect: Dialect, file: AnalysisFile | null = null): ParsedInputs {
  const { given: ofStep, warnings } = adopted(givenOnly(raw), dialect);
  const { given, faults: twice } = file ? withFile(ofStep, file, dialect) : { given: ofStep, faults: NONE.faults };
  const unknown = strangers(given, dialect);
  const faults: string[] = [];
  const action = actionOf(reader(given, { dialect, action: null }, faults), faults);
  const read = reader(given, { dialect, action, ...(file ? { placeInFile: file.place } : {}) }, faults);
  const unread = action === null ? [] : unreadFaults(given, { dialect, action });
  const bare = action === null ? [] : bareTimes(given, { dialect, action });
  const inputs = allInputs(action ?? 'deploy', read, file?.metrics ?? null);
  const together = action === null ? NONE : combinations(inputs, read);
  const reached = dialect === 'azure' ? reaching(read) : NONE;
  refuseFaults(
    [...(file?.faults ?? []), ...twice, ...unknown.faults, ...faults, ...unread, ...together.faults, ...reached.faults],
    dialect,
  );
  return { inputs, warnings: [...warnings, ...unknown.warnings, ...together.warnings, ...reached.warnings, ...bare] };
}

const NONE = { faults: [], warnings: [] };

/** The file that the step names; null where it names none. */
export const analysisNamed = (raw: RawInputs): string | null => givenOnly(raw).get('analysis') ?? null;

function givenOnly(raw: RawInputs): ReadonlyMap<string, string> {
  const entries = Object.entries(raw).map(([name, value]) => [name.toLowerCase(), (value ?? '').trim()] as const);
  return new Map(entries.filter(([, value]) => value !== ''));
}

/** Null where none of ours is named: the other inputs are still read, but nobody knows which of them it would need. */
function actionOf(read: ValueReader, faults: Faults): UserAction | null {
  const instead = insteadOfAction(read.text('action') ?? '');
  if (instead === null) {
    const before = faults.length;
    const picked = read.pick('action');
    return faults.length > before ? null : (all.find(action => action === picked) ?? null);
  }
  faults.push(`action: "${read.text('action')}" is not an action of this step: ${instead}`);
  return null;
}

function allInputs(action: UserAction, read: ValueReader, ofFile: AskedMetrics | null): Inputs {
  return { action, ...whatToRelease(action, read), ...howToJudge(action, read, ofFile), ...howToReach(read), ...howToGoOn(read) };
}

function whatToRelease(action: UserAction, read: ValueReader) {
  const router = read.picks('traffic-split-method');
  const replicas = read.count('baseline-and-canary-replicas');
  return {
    ...howToSplit(action, read),
    router,
    variantReplicas: router.includes('pod') || replicas === 0 ? null : replicas,
    ...strategyDetails(read),
    manifests: read.lines('manifests'),
    helm: howToRender(read),
    images: read.lines('images'),
    imagePullSecrets: read.lines('imagepullsecrets'),
    namespace: read.namespace('namespace'),
    application: read.text('application'),
    ...whatIsMeant(read),
  };
}

const whatIsMeant = (read: ValueReader) => ({
  workloads: read.lines('workloads').flatMap(items),
  prune: read.boolean('prune'),
  adopt: read.boolean('adopt'),
  toRevision: read.count('to-revision') || null,
  olderThanSeconds: read.durationSeconds('older-than') ?? 0,
  namespaces: read.lines('namespaces').flatMap(items),
});

const howToRender = (read: ValueReader): Inputs['helm'] => ({
  values: read.lines('helm-values'),
  sets: read.lines('helm-set'),
  release: read.text('helm-release'),
  hooks: read.pick('helm-hooks') === 'leave-out' ? 'leave-out' : 'refuse',
});

/** Of these a percentage says nothing. */
const WITHOUT_SHARE: readonly Reach[] = ['copies', 'everything'];

function howToSplit(action: UserAction, read: ValueReader) {
  const strategy = read.pick('strategy') || strategyNotGiven(action);
  const { reach } = strategyNamed(strategy);
  const steps = read.percentages('steps');
  const asked = read.percentage('percentage') ?? steps.at(-1) ?? 0;
  const hasBaseline = read.boolean('baseline');
  return {
    strategy,
    canaryNodes: read.text('canary-nodes'),
    percentage: releasing.includes(action) && !WITHOUT_SHARE.includes(reach) ? asked : null,
    steps,
    baseline: hasBaseline && reach === 'share',
    ...(hasBaseline && reach === 'share' && read.isOwn('baseline') ? { isBaselineAsked: true as const } : {}),
  };
}

function strategyDetails(read: ValueReader) {
  return {
    intervalSeconds: read.durationSeconds('interval') ?? 0,
    match: read.matches('match'),
    mirrorPercentage: read.percentage('mirror-percentage') ?? 100,
    variantName: read.variant('variant-name'),
    affinity: read.pick('affinity') === 'cookie' ? ('cookie' as const) : ('none' as const),
    pods: read.pick('pods') === 'constant' ? ('constant' as const) : ('added' as const),
    holdSeconds: read.durationSeconds('hold') ?? 0,
    switchDelaySeconds: read.durationSeconds('switch-delay') ?? 0,
    surge: read.amount('surge'),
    unavailable: read.amount('unavailable'),
    allowRestart: read.boolean('allow-restart'),
    mirrorImage: read.text('mirror-image'),
    script: read.text('script'),
    scriptCan: abilityChoices.map(({ value }) => value).filter(ability => read.picks('script-can').includes(ability)),
  };
}

const defaultSoakSeconds = 300;

function howToJudge(action: UserAction, read: ValueReader, ofFile: AskedMetrics | null) {
  const compares = read.comparisons('compare');
  const asked = ofFile ?? read.metrics('metrics');
  const isAsked = action === 'analyze' || asked.counted.length + asked.own.length + compares.length > 0;
  const soakSeconds = read.durationSeconds('soak') ?? (isAsked ? defaultSoakSeconds : 0);
  return {
    probes: read.probes('probe'),
    compares,
    soakSeconds,
    metrics: asked.counted,
    measures: asked.own,
    judge: read.pick('judge') === 'kayenta' ? ('kayenta' as const) : ('strict' as const),
    onInconclusive: (['pass', 'extend'] as const).find(choice => choice === read.pick('on-inconclusive')) ?? ('fail' as const),
    soakLimitSeconds: read.durationSeconds('soak-limit') ?? 3 * soakSeconds,
    metricsPort: read.text('metrics-port'),
    metricsPath: read.text('metrics-path'),
    prometheus: prometheusOf(read),
    webHeaders: read.headers('web-headers'),
  };
}

function prometheusOf(read: ValueReader) {
  const at = read.prometheus('prometheus');
  if (at === null) return null;
  return {
    at,
    token: read.text('prometheus-token'),
    login: read.text('prometheus-login'),
    headers: read.headers('prometheus-headers'),
    ca: read.text('prometheus-ca'),
    certificate: read.text('prometheus-certificate'),
    key: read.text('prometheus-key'),
  };
}

function howToReach(read: ValueReader) {
  read.pick('connection-type');
  return {
    kubeconfig: read.text('kubeconfig'),
    context: read.text('context'),
    skipTlsVerify: read.boolean('skip-tls-verify'),
  };
}

const defaultTimeoutSeconds = 600;

function howToGoOn(read: ValueReader) {
  return {
    timeoutSeconds: read.durationSeconds('timeout') || defaultTimeoutSeconds,
    trafficDelaySeconds: read.durationSeconds('traffic-delay'),
    drainSeconds: read.durationSeconds('drain') ?? 0,
    dryRun: read.boolean('dry-run'),
    comment: read.boolean('comment'),
    githubToken: read.text('github-token'),
    reports: read.lines('report'),
    ...whoHears(read),
    onFailure: read.pick('on-failure') === 'reject' ? ('reject' as const) : ('keep' as const),
    onCancel: read.pick('on-cancel') === 'reject' ? ('reject' as const) : ('keep' as const),
    onOpen: read.pick('on-open') === 'replace' ? ('replace' as const) : ('refuse' as const),
    rejectAny: read.boolean('reject-any'),
    deleteFirstRelease: read.boolean('delete-first-release'),
    acceptAnalysis: read.pick('accept-analysis') === 'none' ? ('none' as const) : ('passed' as const),
    shrinkStable: read.boolean('shrink-stable'),
    isolation: read.pick('isolation') === 'none' ? ('none' as const) : ('labels' as const),
    acceptStableChange: read.boolean('accept-stable-change'),
    allowUnhealthyStable: read.boolean('allow-unhealthy-stable'),
    forceConflicts: read.boolean('force-conflicts'),
    missingPermissions: read.pick('missing-permissions') === 'warn' ? ('warn' as const) : ('refuse' as const),
  };
}

const formats = ['slack', 'teams', 'google-chat', 'grafana', 'json'] as const;

function whoHears(read: ValueReader) {
  return { notify: read.text('notify'), notifyFormat: formats.find(format => format === read.pick('notify-format')) ?? null };
}

const again: Readonly<Record<Dialect, string>> = { github: 'the step', azure: 'the step', terminal: 'the command' };

/** Where a user of the platform reads of every input; Azure's editor shows it beside each. */
const described: Readonly<Record<Dialect, string>> = {
  github: " docs/reference.md in the action's repository describes every input.",
  azure: '',
  terminal: ' --help behind the command describes every option.',
};

/** Throws INVALID_INPUT with all faults, a line each, where there are some. */
export function refuseFaults(faults: readonly string[], dialect: Dialect): void {
  const different = [...new Set(faults)];
  if (different.length === 0) return;
  const head = different.length === 1 ? 'One input is wrong:' : `${different.length} inputs are wrong:`;
  throw new RolloutError(
    'INVALID_INPUT',
    [head, ...different.map(fault => `  ${fault}`)].join('\n'),
    `Correct ${different.length === 1 ? 'it' : 'them'} and run ${again[dialect]} again; nothing was contacted or changed.${described[dialect]}`,
  );
}
