import type { RunProgram } from '../model/program.ts';
import { type Bounds, outputOf } from './process.ts';

/** What one overlay or chart may print, as much as any file may hold, and how long it may take. */
const MOST = { bytes: 32_000_000, seconds: 60 } as const;

/** Runs the user's kustomize and helm: without a shell, each in a process group of its own. */
export const renderer =
  (bounds: Bounds): RunProgram =>
  asked =>
    outputOf(asked, MOST, bounds);
