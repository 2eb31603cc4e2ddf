import type { RouteView, Step } from '../../src/model/plan.ts';
import type { Fault, Phases } from './process.ts';
import type { World } from './state.ts';

const without =
  (isLeftOut: (step: Step) => boolean): NonNullable<Fault['phases']> =>
  phases =>
    phases.map(phase => phase.filter(step => !isLeftOut(step)));

const has = (phase: readonly Step[] | undefined, what: Step['do']): boolean => phase?.some(step => step.do === what) ?? false;

/** The mistakes that one might make in the order of steps; every one of them loses requests or the way back. */
export const faults: readonly Fault[] = [
  { name: 'no drain', phases: without(step => step.do === 'drain') },
  { name: 'who leaves while stable rolls goes at once', phases: hasty },
  { name: 'no wait for the endpoints', phases: without(step => step.do === 'await' && step.what === 'endpoints') },
  { name: 'no wait for the data plane', phases: without(step => step.do === 'wait') },
  { name: 'no wait before a new route', phases: withoutFirstWait },
  { name: 'no wait for what may have stood for a moment only', phases: without(step => step.do === 'wait' && step.standing === true) },
  { name: 'weight at once', phases: withoutHops(({ first }) => rolesOf(first.route) > rolesOf(first.was)) },
  { name: 'a backend gone with its requests', phases: withoutHops(({ second }) => rolesOf(second.route) < rolesOf(second.was)) },
  { name: 'traffic before readiness', phases: trafficFirst },
  { name: 'stable shrinks before the canary is ready', phases: shrinkFirst },
  { name: 'originals not kept', phases: forgetful },
];

/** The mistakes that only show when two are at work. */
export const races: readonly Fault[] = [
  { name: 'no claim', isUnclaimed: true },
  { name: 'not planned again under the claim', isStale: true },
  { name: 'planned again over a read that a run has outdated', isBlind: true },
  { name: 'held by the run instead of the process', isUnfenced: true },
];

/** A new leaf is pointed at as soon as its endpoints are listed. */
function withoutFirstWait(phases: Phases): Phases {
  return phases.map(phase => (has(phase, 'await') ? phase.filter(step => step.do !== 'wait') : phase));
}

/** Neither the data plane nor the last requests get their time. */
function hasty(phases: Phases): Phases {
  const isWait = (step: Step): boolean => step.do === 'wait' || step.do === 'drain';
  const spoilt = (step: Step): Step =>
    step.do === 'await' && step.what === 'ready' && step.leaving ? { ...step, leaving: step.leaving.filter(one => !isWait(one)) } : step;
  return phases.map(phase => phase.map(spoilt));
}

type RouteStep = Extract<Step, { do: 'route' }>;

const routesIn = (phase: readonly Step[] | undefined): readonly RouteStep[] =>
  (phase ?? []).filter((step): step is RouteStep => step.do === 'route');

const rolesOf = (route: RouteView | null): number => Object.keys(route?.traffic.weights ?? {}).length;

interface Hop {
  readonly first: RouteStep;
  readonly second: RouteStep;
}

/** What takes two writes, with the data plane's time between them, is written in one. */
function withoutHops(isMeant: (hop: Hop) => boolean): NonNullable<Fault['phases']> {
  return phases => {
    const isMiddle = (i: number): boolean =>
      routesIn(phases[i]).some(first => routesIn(phases[i + 2]).some(second => second.name === first.name && isMeant({ first, second })));
    return phases.flatMap((phase, i): Phases => {
      if (isMiddle(i)) return [];
      if (has(phase, 'wait') && isMiddle(i - 1)) return [];
      return isMiddle(i - 2) ? [joined(phases[i - 2] ?? [], phase)] : [phase];
    });
  };
}

function joined(first: readonly Step[], second: readonly Step[]): readonly Step[] {
  const was = new Map(
    first.flatMap((step): readonly (readonly [string, RouteView | null])[] => (step.do === 'route' ? [[step.name, step.was]] : [])),
  );
  const names = second.flatMap(step => (step.do === 'route' ? [step.name] : []));
  const alone = first.filter(step => step.do === 'route' && !names.includes(step.name));
  return [...alone, ...second.map(step => (step.do === 'route' ? { ...step, was: was.get(step.name) ?? null } : step))];
}

function trafficFirst(phases: Phases): Phases {
  const last = phases.findLastIndex(phase => has(phase, 'route'));
  if (last < 0) return phases;
  const upTo = phases.slice(0, last + 1);
  return [...upTo.filter(phase => !has(phase, 'await')), ...upTo.filter(phase => has(phase, 'await')), ...phases.slice(last + 1)];
}

const isShrink = (step: Step): boolean =>
  step.do === 'write' && step.was !== null && step.was.template === step.template && step.was.replicas > step.replicas;

function shrinkFirst(phases: Phases): Phases {
  const shrinks = phases.flat().filter(isShrink);
  const at = phases.findIndex(phase => has(phase, 'await'));
  const others = phases.map(phase => phase.filter(step => !isShrink(step)));
  return at < 0 || shrinks.length === 0 ? phases : [...others.slice(0, at), shrinks, ...others.slice(at)];
}

/** Every claim takes what is live for what has to be put back. */
function forgetful(phases: Phases, { live: { workloads, routes } }: World): Phases {
  const { stable } = workloads;
  const originals = { stable: stable ? { template: stable.template, replicas: stable.replicas } : null, routes };
  return phases.map(phase => phase.map(step => (step.do === 'claim' ? { ...step, record: { ...step.record, originals } } : step)));
}
