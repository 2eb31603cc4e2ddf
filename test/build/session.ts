import { noTrail, type Session } from '../../src/execute/session.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster } from '../../src/model/kube.ts';
import { aRequest } from './request.ts';

/** A session over a cluster, and what it told. */
export interface Heard extends Session {
  readonly events: Event[];
}

/** A process at work that has read nothing yet. */
export function aSession(cluster: Cluster, signal: AbortSignal = new AbortController().signal): Heard {
  const events: Event[] = [];
  return { cluster, request: aRequest(), signal, seen: new Map(), trail: noTrail(), events, emit: event => void events.push(event) };
}
