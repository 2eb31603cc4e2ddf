import { same } from '../../manifests/json.ts';
import type { Order, RecordView, RouteView, Step, View, WorkloadView } from '../../model/plan.ts';
import { ALL_STABLE, ROLES, type Role, type Source, type Stage, type Taken, type Weights } from '../../model/stage.ts';
import { hopsOf, movesNobody } from './hops.ts';
import { leavingMeanwhile, removed } from './removal.ts';

interface Wanted {
  readonly role: Role;
  readonly template: string;
  readonly replicas: number;
  readonly was: WorkloadView | null;
}

/**
 * The one safe order from any world to any stage, as phases: record, capacity, ready and in every Service's endpoints, traffic, taken by
 * the data plane, gates, drain, removal. The steps of one phase do not depend on each other.
 */
export function stageSteps(stage: Stage, order: Order, view: View): readonly (readonly Step[])[] {
  const sizes = wanted(stage, order, view);
  const isDue = ({ role, was, template, replicas }: Wanted): boolean =>
    was?.template !== template || was.replicas !== replicas || (role === 'stable' && isMore(stage, order, view));
  const writes = sizes.filter(isDue);
  const shrinks = writes.filter(({ was, template, replicas }) => was && template === was.template && replicas < was.replicas);
  const grows = writes.filter(write => !shrinks.includes(write));
  const targets = routeTargets(stage, view);
  const split = order.routing === 'weights' ? shift(order, view, targets) : asPhase(shrinks.map(toWrite));
  const removal = [...asPhase(order.routing === 'weights' ? shrinks.map(toWrite) : []), ...asPhase(removed(stage, view))];
  return [
    ...asPhase(recorded({ ...stage, grows }, order, view)),
    ...(stage.alone ? oneByOne(grows) : asPhase(grows.map(toWrite))),
    ...asPhase(missingLeaves(stage, { order, targets }, view)),
    ...awaits(stage, {
      order,
      targets,
      sizes,
      isFresh: split[0]?.some(isNewRoute) ?? false,
      isUp: (view.workloads.stable?.ready ?? 0) > 0,
      leaving: leavingMeanwhile(stage, view),
    }),
    ...(stage.before ?? []).map((gate): readonly Step[] => [{ do: 'gate', gate }]),
    ...split,
    ...behind(stage, order, { split, removal }),
  ];
}

type Phases = readonly (readonly Step[])[];

/** What follows the traffic. */
function behind(stage: Stage, order: Order, { split, removal }: { readonly split: Phases; readonly removal: Phases }): Phases {
  const gates = (stage.gates ?? []).map((gate): readonly Step[] => [{ do: 'gate', gate }]);
  const wait: Wait = { ...taken(order, 'seen'), ...(stage.gates?.length ? { behind: stage.gates } : {}) };
  const isBeside = gates.length === 0 && removal.length > 0 && split.at(-1)?.every(isStill) === true;
  const isAwaited = !isBeside && split.length + gates.length + removal.length > 0;
  const waits = isAwaited ? asPhase([stage.leaving && gates.length + removal.length === 0 ? BRIEF : wait]) : [];
  return [...waits, ...gates, ...drained(removal, isBeside ? wait : null), ...removal];
}

function drained(removal: Phases, beside: Wait | null): Phases {
  if (removal.length === 0) return [];
  return [[beside ? { do: 'drain', beside } : { do: 'drain' }]];
}

/** Stable is written for more than its template and its count. */
const isMore = (stage: Stage, order: Order, view: View): boolean =>
  (order.action === 'promote' && order.changesMore && !stage.closes) ||
  isOverwritten(stage, view) ||
  isHalfDone(stage, order, view) ||
  isEndedWithin(stage, view);

/** What crashed behind the roll has not applied the file: the template alone does not tell. */
const isHalfDone = ({ name, variants, closes }: Stage, { action }: Order, { record }: View): boolean => {
  const isResumed = record?.action === action && record.stage === name && record.originals.stable !== null;
  return isResumed && variants.stable?.source === 'next' && (action === 'promote' ? !closes : closes === true);
};

/** A release with stable's own template may have changed all else of it. */
const isOverwritten = ({ variants }: Stage, { record, workloads: { stable } }: View): boolean =>
  variants.stable?.source === 'previous' && stable !== undefined && record?.replaced === stable.template;

/** What takes the new version's pods out of stable's own object is stable's write, also where the old version keeps its count. */
const isEndedWithin = ({ variants }: Stage, { workloads: { canary } }: View): boolean =>
  canary?.isWithin === true && variants.canary === undefined;

const asPhase = (steps: readonly Step[]): readonly (readonly Step[])[] => (steps.length > 0 ? [steps] : []);
const toWrite = (write: Wanted): Step => ({ do: 'write', ...write });

/** Down to zero and gone before anything is started: what runs is stopped, and what somebody stopped may still be on its way out. */
function oneByOne(writes: readonly Wanted[]): readonly (readonly Step[])[] {
  const isCleared = ({ was, template }: Wanted): boolean => was !== null && (was.template !== template || was.replicas === 0);
  const cleared = writes.filter(isCleared);
  const stops = cleared.flatMap(({ role, was }): readonly Step[] =>
    was && was.replicas > 0 ? [{ do: 'write', role, template: was.template, replicas: 0, was }] : [],
  );
  const stopped = (write: Wanted): Wanted => (isCleared(write) && write.was ? { ...write, was: { ...write.was, replicas: 0 } } : write);
  return [
    ...asPhase(stops),
    ...asPhase(cleared.map(({ role }) => ({ do: 'await', role, what: 'gone' }))),
    ...asPhase(writes.map(stopped).map(toWrite)),
  ];
}

/** What a release writes over stable is noted also where it is stable's own template. */
function recorded(
  { name: stage, variants, grows }: Stage & { readonly grows: readonly Wanted[] },
  { action }: Order,
  { record }: View,
): readonly Step[] {
  if (!record) return [];
  const isTaken = variants.stable?.source === 'next';
  const replaced = isTaken ? grows.find(({ role }) => role === 'stable')?.template : undefined;
  const { whole, ...kept } = record;
  const isWhole = whole && !givesUpPods(variants, record);
  const now: RecordView = { ...kept, action, stage, replaced: replaced ?? record.replaced, ...(isWhole ? { whole } : {}) };
  return same(now, record) ? [] : [{ do: 'record', record: now }];
}

const givesUpPods = ({ stable }: Stage['variants'], { originals }: RecordView): boolean =>
  stable !== undefined && stable.source !== 'keep' && stable.replicas < (originals.stable?.replicas ?? 0);

function wanted({ variants }: Stage, order: Order, view: View): readonly Wanted[] {
  const { workloads } = view;
  return ROLES.flatMap(role => {
    const variant = variants[role];
    const was = workloads[role] ?? null;
    if (!variant) return [];
    if (variant.source === 'keep') {
      const awaited = role === 'stable' && order.action === 'deploy' && was !== null && !order.allowUnhealthyStable;
      return awaited ? [{ role, template: was.template, replicas: was.replicas, was }] : [];
    }
    const template = templateOf({ role, source: variant.source }, order, view);
    return template === null ? [] : [{ role, template, replicas: variant.replicas, was }];
  });
}

interface Origin {
  readonly role: Role;
  readonly source: Source;
}

const templateOf = ({ role, source }: Origin, order: Order, view: View): string | null => TEMPLATES[source](role, order, view) ?? null;

const TEMPLATES: Readonly<Record<Source, (role: Role, order: Order, view: View) => string | null | undefined>> = {
  next: (_, { action, next }, { record }) => (action === 'deploy' ? next : null) ?? record?.next ?? next,
  current: (role, _, { record, workloads: { stable } }) => (role === 'stable' ? stable?.template : (record?.base ?? stable?.template)),
  standing: (role, _, { workloads }) => workloads[role]?.template ?? workloads.stable?.template,
  previous: (_, _order, { record }) => record?.originals.stable?.template,
};

type Targets = Readonly<Record<string, RouteView | null>>;

function routeTargets({ traffic }: Stage, { routes, record }: View): Targets {
  const target = (name: string): RouteView | null => {
    const original = record?.originals.routes[name] ?? null;
    if (traffic === 'unchanged') return routes[name] ?? null;
    return traffic === 'original' ? original : { owner: original ? 'user' : 'ours', traffic };
  };
  return Object.fromEntries(Object.keys(routes).map(name => [name, target(name)]));
}

/** Our own route needs a leaf Service for stable too; the user's points at the root. */
function missingLeaves(
  { variants, traffic }: Stage,
  { order, targets }: Pick<Awaited, 'order' | 'targets'>,
  { services, workloads }: View,
): readonly Step[] {
  if (order.routing !== 'weights' || typeof traffic === 'string') return [];
  const ours = Object.values(targets).some(target => target?.owner === 'ours');
  const isThere = (role: Role): boolean =>
    variants[role] !== undefined && (variants[role].source !== 'keep' || workloads[role] !== undefined);
  const needed = ROLES.filter(role => isThere(role) && (role !== 'stable' || ours));
  return needed.filter(role => !services.includes(role)).map(role => ({ do: 'serve', role }));
}

function awaits(stage: Stage, { order, targets, sizes, isFresh, isUp, leaving }: Awaited): readonly (readonly Step[])[] {
  const weights = weightsOf(stage.traffic, targets);
  // A new route of ours enters with all requests on stable's new leaf, whatever it says in the end.
  const enters = (role: Role): boolean => isFresh && isUp && role === 'stable';
  const getsRequests = (role: Role): boolean => order.routing === 'weights' && (Boolean(weights[role]) || enters(role));
  const ready: Step[] = [];
  const listed: Step[] = [];
  for (const role of ROLES.filter(role => stage.variants[role])) {
    const size = sizes.find(wanted => wanted.role === role);
    if (size?.replicas === 0) continue;
    const meanwhile = role === 'stable' && leaving.length > 0 ? { leaving } : {};
    if (size) ready.push({ do: 'await', role, what: 'ready', template: size.template, ...meanwhile });
    if (size || getsRequests(role)) listed.push({ do: 'await', role, what: 'endpoints' });
  }
  return isFresh ? besideReadiness(ready, listed) : [...asPhase(ready), ...asPhase(listed)];
}

interface Awaited {
  readonly order: Order;
  readonly targets: Targets;
  readonly sizes: readonly Wanted[];
  /** A route of ours is made where there was none. */
  readonly isFresh: boolean;
  /** Stable has a pod that answers: where it has none, nothing would be gained by waiting for it. */
  readonly isUp: boolean;
  /** Done while stable rolls. */
  readonly leaving: readonly Step[];
}

/** The data plane has to know stable's new leaf before a new route points at it: it gets its time while the variants start. */
function besideReadiness(ready: readonly Step[], listed: readonly Step[]): readonly (readonly Step[])[] {
  const isStable = (step: Step): boolean => step.do === 'await' && step.role === 'stable';
  const others = (steps: readonly Step[]): readonly Step[] => steps.filter(step => !isStable(step));
  return [
    ...asPhase(ready.filter(isStable)),
    ...asPhase(listed.filter(isStable)),
    [...others(ready), { do: 'wait' }],
    ...asPhase(others(listed)),
  ];
}

function weightsOf(traffic: Stage['traffic'], targets: Targets): Weights {
  const values = Object.values(targets);
  // What gives nobody weight waits for nobody: a first release that failed never gets an endpoint.
  if (traffic === 'unchanged') return {};
  return traffic === 'original' || values.every(target => target === null)
    ? ALL_STABLE.weights
    : (values.find(target => target !== null)?.traffic.weights ?? {});
}

/**
 * A backend enters with 0 and leaves with 0; before every write the data plane has taken the one before, also one that a crashed run made. Where
 * requests go back, a route that is refused must not keep them.
 */
function shift(order: Order, { routes }: View, targets: Targets): readonly (readonly Step[])[] {
  const hops = Object.keys(targets).map(name => hopsOf(name, routes[name] ?? null, targets[name] ?? null));
  const longest = Math.max(0, ...hops.map(steps => steps.length));
  const writes = Array.from({ length: longest }, (_, i) => hops.flatMap(steps => steps[i] ?? []));
  const before: Step = { ...taken(order, 'nothing'), standing: true };
  return writes.flatMap((phase): readonly (readonly Step[])[] => (phase.some(isOverRoute) ? [[before], phase] : [phase]));
}

type Wait = Extract<Step, { do: 'wait' }>;

const taken = ({ action }: Order, goingBack: Taken): Wait =>
  action === 'reject' || action === 'retreat' ? { do: 'wait', until: goingBack } : { do: 'wait' };

/** Nothing rests on the route yet: what stands is waited for before the next write of it. */
const BRIEF: Wait = { do: 'wait', brief: true };

const isStill = (step: Step): boolean => step.do === 'route' && movesNobody(step.was, step.route);

const isNewRoute = (step: Step): boolean => step.do === 'route' && step.was === null;

/** Where no route is there is none to be taken first. */
const isOverRoute = (step: Step): boolean => step.do === 'route' && step.was !== null;
