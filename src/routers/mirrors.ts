import { derived } from '../manifests/names.ts';
import type { Root } from '../model/router.ts';
import type { Shadow, Traffic } from '../model/stage.ts';

/** A variant that gets copies of the requests, and of how many in percent. */
export type Copy = readonly [shadow: Shadow, percentage: number];

/** The copies that are asked for, by name. */
export const copiesIn = ({ mirrors = {} }: Pick<Traffic, 'mirrors'>): readonly Copy[] =>
  Object.entries(mirrors).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a route says of the copies that it makes; nothing where it makes none. */
export const mirrorsOf = (copies: readonly Copy[]): Pick<Traffic, 'mirrors'> =>
  copies.length > 0 ? { mirrors: Object.fromEntries(copies) } : {};

/** The Service that gets a shadow's copies. */
export const shadowService = (shadow: string, { service }: Root): string => derived(service, shadow);

/** What may get copies: the canary, and shadows with names of their own. */
export const shadowsOf = ({ shadows = [] }: Root): readonly string[] => ['canary', ...shadows];

/** Whose copies a Service gets; null for another Service. */
export const shadowOf = (service: string, root: Root): string | null =>
  shadowsOf(root).find(shadow => service === shadowService(shadow, root)) ?? null;
