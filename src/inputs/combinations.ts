/** Combinations of inputs that are legal one by one. */
import type { Inputs } from '../model/request.ts';
import type { Ability, TrafficRouter } from '../model/router.ts';
import { routers } from '../routers/index.ts';
import { OF_INGRESS } from '../routers/of-ingress.ts';
import { idleInJudging, judgingFaults } from './judging.ts';
import type { ValueReader } from './reader.ts';
import type { InputName } from './spec.ts';

/** What is to be said about inputs together, a line each. */
export interface Together {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** What would deploy to everybody by mistake, or never can be, is a fault; what has no effect is a warning. */
export function combinations(inputs: Inputs, read: ValueReader): Together {
  const alone = [
    ...standAlone(inputs, read),
    ...scriptFaults(inputs, read),
    ...reportFaults(inputs, read),
    ...notifyFaults(inputs, read),
    ...helmFaults(inputs, read),
  ];
  if (inputs.action === 'analyze')
    return { faults: [...judgingFaults(inputs, read), ...reportFaults(inputs, read)], warnings: idle(idleInJudging(inputs, read), read) };
  if (inputs.action !== 'deploy') return { faults: alone, warnings: [] };
  return {
    faults: [
      ...alone,
      ...misplaced(inputs, read),
      ...affinityFaults(inputs, read),
      ...cancelFaults(inputs, read),
      ...shareFaults(inputs, read),
      ...stepFaults(inputs, read),
      ...matchFaults(inputs, read),
      ...podFaults(inputs, read),
      ...amountFaults(inputs, read),
      ...judgingFaults(inputs, read),
    ],
    warnings: [...shareWarnings(inputs, read), ...stepWarnings(inputs, read), ...withoutEffect(inputs, read)],
  };
}

/** What is no split by routes, and what stands for whatever is found. */
const ALONE: readonly string[] = ['pod', OF_INGRESS, 'auto'];

function standAlone({ router }: Inputs, read: ValueReader): readonly string[] {
  const names = router.split(',');
  const loner = names.find(name => ALONE.includes(name));
  return names.length > 1 && loner !== undefined
    ? [`${read.spelling('traffic-split-method')}: ${loner} stands alone; leave it or the others out`]
    : [];
}

function notifyFaults({ notify }: Inputs, read: ValueReader): readonly string[] {
  const isAddress = notify === null || (/^https?:\/\//.test(notify) && URL.canParse(notify));
  return isAddress ? [] : [`${read.spelling('notify')}: give an address that begins with https://`];
}

/** Helm itself would read the rest of such a line as something else, or as an option. */
function helmFaults({ helm: { sets, release } }: Inputs, read: ValueReader): readonly string[] {
  const isName = release === null || (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(release) && release.length <= 53);
  const at = sets.findIndex(line => !/^[^=\s-][^=\s]*=/.test(line));
  return [
    ...(at < 0 ? [] : [`${read.spelling('helm-set')}: line ${at + 1} is not allowed; allowed: key=value`]),
    ...(isName ? [] : [`${read.spelling('helm-release')}: allowed: lower-case letters, digits, - and ., at most 53 characters`]),
  ];
}

function reportFaults({ reports }: Inputs, read: ValueReader): readonly string[] {
  const strange = reports.filter(path => !/\.(html|json)$/.test(path));
  return strange.map(path => `${read.spelling('report')}: "${path}" ends neither in .html nor in .json`);
}

function scriptFaults({ router, script }: Inputs, read: ValueReader): readonly string[] {
  const isChosen = router.split(',').includes('script');
  return isChosen && script === null
    ? [`${read.spelling('script')}: ${read.spelling('traffic-split-method')} script needs it: the command that sets the traffic`]
    : [];
}

/** Inputs that mean something to some strategies only. Ignored, they would release in another way than was asked. */
const belongs: Partial<Readonly<Record<InputName, readonly string[]>>> = {
  steps: ['canary'],
  match: ['canary', 'ab'],
  'mirror-percentage': ['shadow'],
  'variant-name': ['shadow'],
  probe: ['canary', 'blue-green', 'ab', 'shadow'],
  compare: ['canary', 'blue-green', 'ab', 'shadow'],
  surge: ['none'],
  unavailable: ['none'],
};

function misplaced({ strategy }: Inputs, read: ValueReader): readonly string[] {
  return (Object.keys(belongs) as (keyof typeof belongs)[])
    .filter(name => read.isGiven(name) && !belongs[name]?.includes(strategy))
    .map(name => `${read.spelling(name)}: only strategy ${belongs[name]?.join(' and ')} takes it, not ${strategy}`);
}

/** Only between shares of the same requests is there a version to keep; whoever asked for more would be told nothing. */
function affinityFaults({ strategy, affinity }: Inputs, read: ValueReader): readonly string[] {
  if (affinity === 'none' || strategy === 'canary') return [];
  const why = strategy === 'ab' ? 'what a request gets is told by its own header or cookie' : 'all users get one version';
  return [`${read.spelling('affinity')}: only strategy canary takes it, not ${strategy}: ${why}`];
}

/** Nobody could tell whether a Deployment runs what the cancelled step applied, or what an earlier one did. */
function cancelFaults({ strategy, onCancel }: Inputs, read: ValueReader): readonly string[] {
  if (onCancel === 'keep' || strategy !== 'none') return [];
  const remedy = `leave it out, or set ${read.spelling('strategy')} to one that runs the new version beside the old one`;
  return [
    `${read.spelling('on-cancel')}: strategy none opens no rollout that reject could take back when the step is cancelled; ${remedy}`,
  ];
}

function shareFaults(inputs: Inputs, read: ValueReader): readonly string[] {
  const name = read.spelling('percentage');
  const share = read.percentage('percentage') ?? 0;
  const remedy = `set ${read.spelling('strategy')} to canary (without it the new version replaces the old one at once)`;
  const isBetween = inputs.strategy === 'blue-green' && share > 0 && share < 100;
  return [
    ...(share > 0 && !read.isGiven('strategy') ? [`${name}: ${share} is given without a strategy; ${remedy}`] : []),
    ...(read.isGiven('percentage') && read.isGiven('steps')
      ? [`${name}: ${read.spelling('steps')} is given too; leave one of them out`]
      : []),
    ...(isBetween ? [`${name}: strategy blue-green takes 0 (standing by) or 100 (switched), not ${share}`] : []),
    ...(isNothingByPods(inputs, read) ? [`${nameOfShare(read)}: a canary by pods needs one above 0; every ready pod gets requests`] : []),
  ];
}

/** A walk that goes down takes requests from a version that nobody found wrong: a misplaced digit, rather than a wish. */
function stepFaults({ steps }: Inputs, read: ValueReader): readonly string[] {
  const at = steps.findIndex((step, i) => step < (steps[i - 1] ?? 0));
  return at < 0 ? [] : [`${read.spelling('steps')}: ${steps[at]} comes behind ${steps[at - 1]}; give percentages that rise`];
}

function stepWarnings({ steps, strategy }: Inputs, read: ValueReader): readonly string[] {
  const isRushed = strategy === 'canary' && steps.length > 1 && !read.isGiven('interval');
  return isRushed ? [`${read.spelling('steps')} has no ${read.spelling('interval')}: it walks through without a hold.`] : [];
}

function isNothingByPods({ strategy, router, steps, percentage }: Inputs, read: ValueReader): boolean {
  const walk = steps.length > 0 ? steps : [percentage];
  return strategy === 'canary' && router === 'pod' && walk.includes(0) && isReadable(read);
}

function nameOfShare(read: ValueReader): string {
  return read.spelling(read.isGiven('steps') ? 'steps' : 'percentage');
}

/** A faulty share has its own line already. */
function isReadable(read: ValueReader): boolean {
  return read.isGiven('steps')
    ? read.percentages('steps').length > 0
    : !read.isGiven('percentage') || read.percentage('percentage') !== null;
}

function matchFaults({ strategy }: Inputs, read: ValueReader): readonly string[] {
  return strategy === 'ab' && !read.isGiven('match')
    ? [`${read.spelling('match')}: strategy ab needs it: a line such as header x-beta=always or cookie beta=1`]
    : [];
}

/** What a strategy asks that keeps the new version apart from the requests, which counts of pods cannot do. */
const apart: Readonly<Record<string, (inputs: Inputs) => readonly Ability[]>> = {
  'blue-green': () => [],
  ab: ({ match }) => match.flatMap(({ kind, how }): readonly Ability[] => (how === 'regex' ? [kind, how] : [kind])),
  shadow: ({ mirrorPercentage }) => (mirrorPercentage < 100 ? ['mirror', 'mirror-percentage'] : ['mirror']),
};

/** What every cluster can carry out. */
const BAREST = 'service';

function podFaults(inputs: Inputs, read: ValueReader): readonly string[] {
  const needed = apart[inputs.strategy]?.(inputs);
  if (needed === undefined || inputs.router !== 'pod') return [];
  const able = Object.values(routers).filter(router => isAble(router, inputs.strategy, needed));
  return [
    `${read.spelling('traffic-split-method')}: strategy ${inputs.strategy} cannot be had by pods, every ready pod gets requests; ` +
      `these methods can, where the cluster has them: ${able.map(({ name }) => name).join(', ')}` +
      (able.some(({ name }) => name === BAREST) ? `; ${BAREST} needs nothing but the Service` : ''),
  ];
}

function isAble({ routing, can, only }: TrafficRouter, strategy: string, needed: readonly Ability[]): boolean {
  const isServed = only === undefined || only.includes(strategy);
  return routing === 'weights' && isServed && needed.every(ability => can.includes(ability));
}

function amountFaults({ surge, unavailable }: Inputs, read: ValueReader): readonly string[] {
  const isNothing = (text: string | null): boolean => text === '0' || text === '0%';
  return isNothing(surge) && isNothing(unavailable)
    ? [`${read.spelling('surge')}: ${read.spelling('unavailable')} is 0 too, so that nothing could ever be replaced`]
    : [];
}

function shareWarnings({ strategy, router, percentage, match, variantReplicas }: Inputs, read: ValueReader): readonly string[] {
  const isSize = strategy === 'ab' && variantReplicas === null && read.isGiven('percentage');
  if (isSize)
    return [
      `${read.spelling('percentage')} gives no share with strategy ab: it sizes the new version, and ${read.spelling('match')} says who gets it.`,
    ];
  const isDark = strategy === 'canary' && percentage === 0 && match.length === 0 && router !== 'pod';
  return isDark && !read.isGiven('percentage') && !read.isGiven('steps')
    ? [`${read.spelling('percentage')} is not given: the canary runs, but gets no requests.`]
    : [];
}

function withoutEffect(inputs: Inputs, read: ValueReader): readonly string[] {
  const { strategy, router } = inputs;
  const isPods = router === 'pod';
  const hasReplicas = (read.count('baseline-and-canary-replicas') ?? 0) > 0;
  const all: readonly (readonly [boolean, InputName, string])[] = [
    [strategy === 'canary' && isPods && hasReplicas, 'baseline-and-canary-replicas', 'by pods: their number is the split'],
    [read.isGiven('interval') && inputs.steps.length === 0, 'interval', `without ${read.spelling('steps')}`],
    [inputs.pods === 'constant' && !isPods && router !== 'auto', 'pods', `with ${router}: only by pods their number is the split`],
    [isShareUnused(inputs, read), 'percentage', `with strategy ${strategy}`],
    [isSizeUnused(inputs, read), 'percentage', `with strategy ab and ${read.spelling('baseline-and-canary-replicas')}`],
    ...idleInJudging(inputs, read),
  ];
  return idle(all, read);
}

const idle = (all: readonly (readonly [boolean, InputName, string])[], read: ValueReader): readonly string[] =>
  all.filter(([isIdle]) => isIdle).map(([, name, why]) => `${read.spelling(name)} has no effect ${why}.`);

function isShareUnused({ strategy }: Inputs, read: ValueReader): boolean {
  return (strategy === 'shadow' || strategy === 'recreate') && read.isGiven('percentage');
}

/** By a match a percentage could only say how many pods there are. */
function isSizeUnused({ strategy, variantReplicas }: Inputs, read: ValueReader): boolean {
  return strategy === 'ab' && variantReplicas !== null && read.isGiven('percentage');
}
