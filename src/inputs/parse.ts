/** From what a platform hands over to the inputs, checked all together. */
import { RolloutError } from '../errors.ts';
import type { Inputs, UserAction } from '../model/request.ts';
import { insteadOfAction } from './foreign.ts';
import type { Dialect } from './input.ts';
import { type Faults, reader, type ValueReader } from './reader.ts';
import { strangers } from './unknown.ts';

/** Names and values as a platform hands them over, names in any case: `INPUT_DRY-RUN` is `dry-run`. An empty value means "not given". */
export type RawInputs = Readonly<Record<string, string | undefined>>;

export interface ParsedInputs {
  readonly inputs: Inputs;
  readonly warnings: readonly string[];
}

/** Reads all inputs. All faults are thrown together as one INVALID_INPUT, one line each. */
export function parseInputs(raw: RawInputs, dialect: Dialect): ParsedInputs {
  const given = givenOnly(raw);
  const unknown = strangers(given, dialect);
  const faults: string[] = [];
  const action = actionOf(reader(given, { dialect, action: null }, faults), faults);
  const read = reader(given, { dialect, action }, faults);
  const inputs = allInputs(action, read);
  const together = combinations(inputs, read);
  refuseFaults([...unknown.faults, ...faults, ...together.faults]);
  return { inputs, warnings: [...unknown.warnings, ...together.warnings] };
}

function givenOnly(raw: RawInputs): ReadonlyMap<string, string> {
  const entries = Object.entries(raw).map(([name, value]) => [name.toLowerCase(), (value ?? '').trim()] as const);
  return new Map(entries.filter(([, value]) => value !== ''));
}

const userActions: readonly UserAction[] = ['deploy', 'promote', 'reject'];

/** A wrong action is read as deploy from there on, so that the faults of the other inputs are found too. */
function actionOf(read: ValueReader, faults: Faults): UserAction {
  const instead = insteadOfAction(read.text('action') ?? '');
  if (instead === null) return userActions.find(action => action === read.pick('action')) ?? 'deploy';
  faults.push(`action: "${read.text('action')}" is not an action of this step: ${instead}`);
  return 'deploy';
}

function allInputs(action: UserAction, read: ValueReader): Inputs {
  return { action, ...whatToRelease(action, read), ...howToReach(read), ...howToGoOn(read) };
}

function whatToRelease(action: UserAction, read: ValueReader) {
  const router = read.pick('traffic-split-method');
  const strategy = read.pick('strategy') || strategyNotGiven(action);
  const asked = read.percentage('percentage');
  const replicas = read.count('baseline-and-canary-replicas');
  return {
    strategy,
    router,
    percentage: action === 'deploy' && strategy !== 'none' ? (asked ?? 0) : null,
    baseline: read.boolean('baseline'),
    variantReplicas: router === 'pod' || replicas === 0 ? null : replicas,
    steps: [],
    intervalSeconds: 0,
    match: [],
    mirrorPercentage: 100,
    affinity: 'none' as const,
    pods: 'added' as const,
    switchDelaySeconds: 0,
    surge: null,
    unavailable: null,
    allowRestart: false,
    manifests: read.lines('manifests'),
    images: read.lines('images'),
    imagePullSecrets: read.lines('imagepullsecrets'),
    namespace: read.namespace('namespace'),
    application: read.text('application'),
  };
}

/** Both incumbents deploy plainly unless told otherwise; but only what runs beside stable can be promoted or rejected. */
function strategyNotGiven(action: UserAction): string {
  return action === 'deploy' ? 'none' : 'canary';
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
    onFailure: read.pick('on-failure') === 'reject' ? ('reject' as const) : ('keep' as const),
    onOpen: read.pick('on-open') === 'replace' ? ('replace' as const) : ('refuse' as const),
    rejectAny: read.boolean('reject-any'),
    deleteFirstRelease: read.boolean('delete-first-release'),
    shrinkStable: read.boolean('shrink-stable'),
    isolation: read.pick('isolation') === 'none' ? ('none' as const) : ('labels' as const),
    acceptStableChange: read.boolean('accept-stable-change'),
    allowUnhealthyStable: read.boolean('allow-unhealthy-stable'),
    forceConflicts: read.boolean('force-conflicts'),
  };
}

/** Combinations of inputs that are legal one by one. What would deploy to everybody by mistake, or never can be, is a fault. */
function combinations(inputs: Inputs, read: ValueReader): { readonly faults: readonly string[]; readonly warnings: readonly string[] } {
  if (inputs.action !== 'deploy') return { faults: [], warnings: [] };
  const percentage = read.spelling('percentage');
  const given = read.isGiven('percentage');
  const share = read.percentage('percentage') ?? 0;
  const nothing = inputs.strategy === 'canary' && share === 0;
  const remedy = `set ${read.spelling('strategy')} to canary (without it the new version replaces the old one at once)`;
  return {
    faults: [
      ...(share > 0 && !read.isGiven('strategy') ? [`${percentage}: ${share} is given without a strategy; ${remedy}`] : []),
      ...(nothing && inputs.router === 'pod' && isReadable(read)
        ? [`${percentage}: a canary by pods needs one above 0; every ready pod gets requests`]
        : []),
    ],
    warnings: [
      ...(nothing && !given && inputs.router !== 'pod' ? [`${percentage} is not given: the canary runs, but gets no requests.`] : []),
      ...(podsWithoutEffect(inputs, read)
        ? [`${read.spelling('baseline-and-canary-replicas')} has no effect by pods: their number is the split.`]
        : []),
    ],
  };
}

/** A faulty percentage has its own line already. */
function isReadable(read: ValueReader): boolean {
  return !read.isGiven('percentage') || read.percentage('percentage') !== null;
}

function podsWithoutEffect(inputs: Inputs, read: ValueReader): boolean {
  return inputs.strategy === 'canary' && inputs.router === 'pod' && (read.count('baseline-and-canary-replicas') ?? 0) > 0;
}

function refuseFaults(faults: readonly string[]): void {
  const different = [...new Set(faults)];
  if (different.length === 0) return;
  const head = different.length === 1 ? 'One input is wrong:' : `${different.length} inputs are wrong:`;
  throw new RolloutError(
    'INVALID_INPUT',
    [head, ...different.map(fault => `  ${fault}`)].join('\n'),
    'Correct them and run the step again; nothing was contacted or changed. docs/reference.md describes every input.',
  );
}
