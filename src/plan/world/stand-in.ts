/** Who carries out what a method is asked for, where the mesh around stable's pods takes no new route of it. */
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { StandIn } from '../../model/router.ts';
import { routers } from '../../routers/index.ts';
import { containersOf } from './sidecars.ts';

/** What runs where methods are asked for, and by which the open rollout goes there; null where none is open. */
export interface Ground {
  readonly live: Live;
  readonly stable: KubeObject | null;
  readonly opened: string | null;
}

/** The methods by which a deploy goes, and why they are not those that were asked for. An open rollout goes on as it was opened. */
export interface Standing {
  readonly names: readonly string[];
  readonly notices: readonly string[];
}

/** Puts those in who carry out what was asked for. */
export function standingIn(asked: readonly string[], { live, stable, opened }: Ground): Standing {
  if (opened !== null) return { names: comesTo(asked, opened) ? opened.split(',') : asked, notices: [] };
  const containers = containersOf(stable, live);
  const reasonOf = ({ reason }: StandIn): string | null => reason(containers, live);
  const stood = asked.map(name => {
    const standIn = routers[name]?.standIn;
    const reason = standIn ? reasonOf(standIn) : null;
    return standIn && reason !== null
      ? { name: standIn.router, notices: [`traffic-split-method ${name}: ${reason}.`] }
      : { name, notices: [] };
  });
  return { names: [...new Set(stood.map(({ name }) => name))], notices: stood.flatMap(({ notices }) => notices) };
}

/** Whether a rollout that goes by these methods may have been asked for by those. */
export function comesTo(asked: readonly string[], opened: string): boolean {
  const methods = methodsIn(opened);
  const carriers = asked.map(name => routers[name]?.standIn?.router ?? name);
  return areSameMethods(carriers, methods) || areSameMethods(asked, methods);
}

/** Whether two lists of methods name the same ones: all of them are set and verified, so their order says nothing. */
export const areSameMethods = (one: readonly string[], other: readonly string[]): boolean =>
  one.every(name => other.includes(name)) && other.every(name => one.includes(name));

/** The methods that a record names. */
export const methodsIn = (names: string): readonly string[] => names.split(',').map(name => name.trim());
