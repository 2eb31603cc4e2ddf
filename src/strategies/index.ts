import type { Strategy } from '../model/stage.ts';
import { canary } from './canary.ts';
import { none } from './none.ts';

/** Every way to release, by the name that the `strategy` input takes. */
export const strategies: Readonly<Record<string, Strategy>> = { canary, none };
