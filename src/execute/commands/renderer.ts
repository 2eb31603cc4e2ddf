import type { RunProgram } from '../../model/program.ts';
import { type Bounds, outputOf } from './process.ts';

/** The bounds of one overlay or chart: it may print what a file may hold. */
const MOST = { bytes: 32_000_000, seconds: 60 } as const;

/** Runs the user's kustomize and helm: without a shell, each in a process group of its own. */
export const renderer =
  (bounds: Bounds): RunProgram =>
  asked =>
    outputOf(asked, MOST, bounds);
