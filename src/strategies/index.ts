import type { UserAction } from '../model/stage.ts';
import type { Strategy } from '../model/strategy.ts';
import { ab } from './ab.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { none } from './none.ts';
import { recreate } from './recreate.ts';
import { shadow } from './shadow.ts';

const table: Readonly<Record<string, Strategy>> = { canary, 'blue-green': blueGreen, ab, shadow, none, recreate };

/** Every way to release, by the name that the `strategy` input takes. Looked up by words of others: it has no prototype. */
export const strategies: typeof table = Object.setPrototypeOf(table, null);

/** The strategy that a record names. One of a later version of this program is unknown here, and counts as one beside stable until a deploy or an end refuses it. */
export const strategyNamed = (name: string): Strategy => strategies[name] ?? { ...canary, name };

/** Suffixes of Services that the new version of some strategy has beside its own. */
export const everyLeaf: readonly string[] = [...new Set(Object.values(table).flatMap(({ leaves }) => leaves))];

/** Whether the old version is stopped before the new one starts. */
export const isInstead = (name: string): boolean => strategyNamed(name).place === 'instead';

/** Whether the new version gets copies of the requests; several versions may at once. */
export const givesCopies = (name: string): boolean => strategyNamed(name).reach === 'copies';

/** Whether the new version has to stand without requests, or with a few that are picked: counts of pods cannot do that. */
export const standsApart = ({ place, reach }: Strategy): boolean => place === 'beside' && reach !== 'share';

/** The strategy where none is given. A deploy is plain then, as in KubernetesManifest and Azure/k8s-deploy; promote and reject are of a version beside stable. */
export const strategyNotGiven = (action: UserAction): string => (action === 'deploy' || action === 'undo' ? none.name : canary.name);
