/** Combinations of inputs that are legal one by one. */
import type { Ability } from '../model/ability.ts';
import type { Inputs } from '../model/request.ts';
import type { TrafficRouter } from '../model/router.ts';
import type { Given, Strategy } from '../model/strategy.ts';
import { routers } from '../routers/index.ts';
import { OF_INGRESS } from '../routers/of-ingress.ts';
import { standsApart, strategies, strategyNamed } from '../strategies/index.ts';
import { releasing } from './input.ts';
import { idleInJudging, judgingFaults } from './judging.ts';
import type { ValueReader } from './reader.ts';
import { entries, type InputName } from './spec.ts';

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
    ...commentFaults(inputs, read),
    ...helmFaults(inputs, read),
    ...pruneFaults(inputs, read),
  ];
  if (inputs.action === 'analyze')
    return { faults: [...judgingFaults(inputs, read), ...reportFaults(inputs, read)], warnings: idle(idleInJudging(inputs, read), read) };
  if (!releasing.includes(inputs.action)) return { faults: alone, warnings: [] };
  const given: Given = read;
  const own = strategyNamed(inputs.strategy).together(inputs, given);
  return {
    faults: [
      ...alone,
      ...misplaced(inputs, read),
      ...(own.faults ?? []),
      ...shareFaults(read),
      ...stepFaults(inputs, read),
      ...podFaults(inputs, read),
      ...amountFaults(inputs, read),
      ...holdFaults(read),
      ...judgingFaults(inputs, read),
    ],
    warnings: [
      ...(own.warnings ?? []),
      ...(own.idle ?? []).map(([name, why]) => idleLine(given.spelling(name), why)),
      ...withoutEffect(inputs, read),
    ],
  };
}

/** What is no split by routes, and what stands for whatever is found. */
const ALONE: readonly string[] = ['pod', OF_INGRESS, 'auto'];

function standAlone({ router }: Inputs, read: ValueReader): readonly string[] {
  const loner = router.find(name => ALONE.includes(name));
  return router.length > 1 && loner !== undefined
    ? [`${read.spelling('traffic-split-method')}: ${loner} stands alone; leave it or the others out`]
    : [];
}

function notifyFaults({ notify }: Inputs, read: ValueReader): readonly string[] {
  const isAddress = notify === null || (/^https?:\/\//.test(notify) && URL.canParse(notify));
  return isAddress ? [] : [`${read.spelling('notify')}: give an address that begins with https://`];
}

/** What has been done is told by summary, report and notification. */
const commentFaults = ({ comment, dryRun }: Inputs, read: ValueReader): readonly string[] =>
  comment && !dryRun
    ? [`${read.spelling('comment')}: it shows what a dry run found; give ${read.spelling('dry-run')} too, or leave it out`]
    : [];

/** Members of a set are known by its name alone, and what is none of them any more by all the files. */
function pruneFaults({ prune, application, manifests }: Inputs, read: ValueReader): readonly string[] {
  const missing = [
    ...(application === null ? (['application'] as const) : []),
    ...(manifests.length === 0 ? (['manifests'] as const) : []),
  ];
  if (prune && application !== null && !/^[a-z0-9]([-a-z0-9.]{0,240}[a-z0-9])?$/.test(application))
    return [
      `${read.spelling('application')}: with ${read.spelling('prune')} it names a ConfigMap; allowed: lower-case letters, digits, - and .`,
    ];
  return prune && missing.length > 0
    ? [
        `${read.spelling('prune')}: it also needs ${missing.map(name => read.spelling(name)).join(' and ')}, to know what belongs to the release`,
      ]
    : [];
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
  const isChosen = router.includes('script');
  return isChosen && script === null
    ? [`${read.spelling('script')}: ${read.spelling('traffic-split-method')} script needs it: the command that sets the traffic`]
    : [];
}

/** Inputs that mean something to some strategies only. Ignored, they would release in another way than was asked. */
function misplaced({ strategy }: Inputs, read: ValueReader): readonly string[] {
  return entries().flatMap(([name]) => {
    const takers = Object.values(strategies).filter(({ takes }) => takes.includes(name));
    const isTaken = takers.length === 0 || takers.some(taker => taker.name === strategy);
    if (isTaken || !read.isGiven(name)) return [];
    return [`${read.spelling(name)}: only strategy ${takers.map(taker => taker.name).join(' and ')} takes it, not ${strategy}`];
  });
}

function shareFaults(read: ValueReader): readonly string[] {
  const name = read.spelling('percentage');
  const share = read.percentage('percentage') ?? 0;
  const remedy = `set ${read.spelling('strategy')} to canary (without it the new version replaces the old one at once)`;
  return [
    ...(share > 0 && !read.isGiven('strategy') ? [`${name}: ${share} is given without a strategy; ${remedy}`] : []),
    ...(read.isGiven('percentage') && read.isGiven('steps')
      ? [`${name}: ${read.spelling('steps')} is given too; leave one of them out`]
      : []),
  ];
}

/** A walk that goes down takes requests from a version that nobody found wrong: a misplaced digit, rather than a wish. */
function stepFaults({ steps }: Inputs, read: ValueReader): readonly string[] {
  const at = steps.findIndex((step, i) => step < (steps[i - 1] ?? 0));
  return at < 0 ? [] : [`${read.spelling('steps')}: ${steps[at]} comes after ${steps[at - 1]}; the percentages must increase`];
}

/** What every cluster can carry out. */
const BAREST = 'service';

function podFaults(inputs: Inputs, read: ValueReader): readonly string[] {
  const strategy = strategyNamed(inputs.strategy);
  if (!standsApart(strategy) || !inputs.router.includes('pod')) return [];
  const needed = strategy.needs(inputs, false);
  const able = Object.values(routers).filter(router => isAble(router, strategy, needed));
  return [
    `${read.spelling('traffic-split-method')}: strategy ${inputs.strategy} does not work with pod counts, where every ready pod gets requests; ` +
      `these methods can, where the cluster has them: ${able.map(({ name }) => name).join(', ')}` +
      (able.some(({ name }) => name === BAREST) ? `; ${BAREST} needs nothing but the Service` : ''),
  ];
}

function isAble({ routing, can, only }: TrafficRouter, { reach }: Strategy, needed: readonly Ability[]): boolean {
  const isServed = only === undefined || only.includes(reach);
  return routing === 'weights' && isServed && needed.every(ability => can.includes(ability));
}

function amountFaults({ surge, unavailable }: Inputs, read: ValueReader): readonly string[] {
  const isNothing = (text: string | null): boolean => text === '0' || text === '0%';
  return isNothing(surge) && isNothing(unavailable)
    ? [`${read.spelling('surge')}: ${read.spelling('unavailable')} is 0 too, so nothing could ever be replaced`]
    : [];
}

/** A step that waits for nobody would refuse whatever it deploys. */
function holdFaults(read: ValueReader): readonly string[] {
  return read.durationSeconds('hold') === 0 ? [`${read.spelling('hold')}: 0 leaves no time to answer; leave it out for no wait`] : [];
}

function withoutEffect(inputs: Inputs, read: ValueReader): readonly string[] {
  const { router } = inputs;
  const all: readonly (readonly [boolean, InputName, string])[] = [
    [read.isGiven('interval') && inputs.steps.length === 0, 'interval', `without ${read.spelling('steps')}`],
    [
      inputs.pods === 'constant' && !router.some(name => name === 'pod' || name === 'auto'),
      'pods',
      `with ${router}: only by pods their number is the split`,
    ],
    [
      inputs.workloads.length > 0 && inputs.action === 'deploy' && strategyNamed(inputs.strategy).place !== 'beside',
      'workloads',
      `with strategy ${inputs.strategy}`,
    ],
    [
      inputs.onFailure === 'reject' && strategyNamed(inputs.strategy).place !== 'beside',
      'on-failure',
      `with strategy ${inputs.strategy}: what replaced the old version is taken back by a reject of its own`,
    ],
    ...idleInJudging(inputs, read),
  ];
  return idle(all, read);
}

const idle = (all: readonly (readonly [boolean, InputName, string])[], read: ValueReader): readonly string[] =>
  all.filter(([isIdle]) => isIdle).map(([, name, why]) => idleLine(read.spelling(name), why));

const idleLine = (name: string, why: string): string => `${name} has no effect ${why}.`;
