/** How requests are split, whatever kind of route says so. */
import type { JsonObject } from '../../model/kube.ts';

/** A Service that takes requests. */
export interface Backend {
  readonly service: string;
  /** Relative to the others. */
  readonly weight: number;
  /** What its answers hand out, as a header `Set-Cookie` has it. */
  readonly cookie?: string;
  /** A cookie by whose value one of the backends of the same name is taken; whoever comes without gets it. */
  readonly sticky?: string;
}

/** A Service that gets copies of requests. */
export interface Mirror {
  readonly service: string;
  readonly percent: number;
}

/** The first rule whose match holds takes the request. */
export interface Rule {
  readonly matches: (headers: Headers) => boolean;
  readonly backends: readonly Backend[];
  readonly mirrors: readonly Mirror[];
}

/** Header names are in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** What one route object says. */
export interface Split {
  /** Where requests come in: `service/web` through a mesh, `route/web` through a gateway. */
  readonly entries: readonly string[];
  readonly rules: readonly Rule[];
  /** How Linkerd hears of it where not by policy: by the Service's profile, which a TrafficSplit becomes a part of. */
  readonly by?: 'profile';
}

/** A kind of route that a data plane reads. */
export interface RouteKind {
  /** Its place in the store: `group/plural`. */
  readonly key: string;
  /** Other kinds, by their places in the store, that its routes lead through. */
  readonly behind?: readonly string[];
  read(route: JsonObject, known: Known): Split;
}

/** Objects of a kind in the route's namespace, by its place in the store, as the data plane knows them. */
export type Known = (key: string) => readonly JsonObject[];

/** A rule that every request meets. */
export function always(): boolean {
  return true;
}
