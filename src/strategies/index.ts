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

/** One that a record names. What a later version wrote is unknown here, and taken for one beside stable until a deploy or an end refuses it. */
export const strategyNamed = (name: string): Strategy => strategies[name] ?? { ...canary, name };

/** Suffixes of Services that the new version of some strategy has beside its own. */
export const everyLeaf: readonly string[] = [...new Set(Object.values(table).flatMap(({ leaves }) => leaves))];

/** The old version is stopped before the new one starts. */
export const isInstead = (name: string): boolean => strategyNamed(name).place === 'instead';

/** The new version gets copies of the requests, and so may several at once. */
export const givesCopies = (name: string): boolean => strategyNamed(name).reach === 'copies';

/** Its new version has to stand without requests, or with a few that are picked: counts of pods cannot do that. */
export const standsApart = ({ place, reach }: Strategy): boolean => place === 'beside' && reach !== 'share';

/** Both incumbents deploy plainly unless told otherwise; but only what runs beside stable can be promoted or rejected. */
export const strategyNotGiven = (action: UserAction): string => (action === 'deploy' || action === 'undo' ? none.name : canary.name);
