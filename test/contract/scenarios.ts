/**
 * What every Kubernetes API server does. Each scenario is a fact with the calls that show it; what it answers, normalised, is
 * recorded from a real control plane in `recorded.json`, and both the real one and the simulated one must answer it.
 */
import type { Scenarios } from './calls.ts';
import { claims } from './claims.ts';
import { custom } from './custom.ts';
import { reads } from './reads.ts';
import { refusals } from './refusals.ts';
import { removals } from './removals.ts';
import { workloads } from './workloads.ts';
import { writes } from './writes.ts';

export const scenarios: Scenarios = { ...writes, ...workloads, ...refusals, ...reads, ...custom, ...claims, ...removals };
