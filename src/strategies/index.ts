import type { Strategy } from '../model/stage.ts';
import { ab } from './ab.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { none } from './none.ts';
import { recreate } from './recreate.ts';
import { shadow } from './shadow.ts';

const table: Readonly<Record<string, Strategy>> = { canary, 'blue-green': blueGreen, ab, shadow, none, recreate };

/** Every way to release, by the name that the `strategy` input takes. Looked up by words of others: it has no prototype. */
export const strategies: typeof table = Object.setPrototypeOf(table, null);
