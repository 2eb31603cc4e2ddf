/** Pipelines played on a simulated cluster: which stages and jobs run, in order, and what their steps of ours do. */

import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { filesOf } from '../../src/manifests/files.ts';
import { type Bed, said } from '../stage/bed.ts';
import { expression, jobRuns, type Result, type Results, stageRuns } from './conditions.ts';
import { at, expanded, type Given, ourInputs, type Pipeline } from './pipeline.ts';

/** What ran: the name of the stage or job, and how its step ended. */
export type Played = readonly (readonly [string, string])[];

/** Who runs the steps: a bed, and what a test puts in place of the step's inputs. */
export interface Player {
  readonly bed: Bed;
  /** Hears which stage or job comes. May change its inputs, such as an image that never gets ready; `refused` is a reviewer's no. */
  readonly before?: (name: string) => Given | 'refused';
}

interface Part {
  readonly name: string;
  readonly needs: readonly string[];
  readonly runs: (results: Results) => boolean;
  readonly inputs: () => Given;
}

/** Plays the stages of a pipeline of Azure, its macros replaced by `values`. */
export const playStages = (stages: unknown, values: Given, player: Player): Promise<Played> =>
  played(
    (stages as readonly Stage[]).map((stage, i, all) => ({
      name: stage.stage,
      needs: stage.dependsOn ?? all.slice(Math.max(i - 1, 0), i).map(before => before.stage),
      runs: results => stageRuns(stage.condition, results),
      inputs: () => expanded(ourInputs(at(stage, 'jobs.0.strategy.runOnce.deploy.steps')), values),
    })),
    player,
    'azure',
  );

interface Stage {
  readonly stage: string;
  readonly dependsOn?: readonly string[];
  readonly condition?: string;
}

/** Plays the jobs of a reusable workflow of GitHub; `given` is what the caller has behind `with`, its expressions replaced. */
export function playWorkflow(workflow: Pipeline, given: Values, player: Player): Promise<Played> {
  const guard = guardOf(workflow, 'first', given);
  if (guard !== '') throw new Error(guard);
  const { inputs, put } = calledWith(workflow, given);
  const parts = jobsIn(workflow).map(
    ([name, { needs = [], if: condition, steps }]): Part => ({
      name,
      needs: [needs].flat(),
      runs: results => jobRuns(condition, results, inputs),
      inputs: () => putInto(steps, put),
    }),
  );
  return played(parts, player, 'github');
}

/** Where the jobs of a reusable workflow run, and the inputs of their step of ours, whether they would run or not. */
export function jobsOf(workflow: Pipeline, given: Values): readonly PlacedJob[] {
  const { put } = calledWith(workflow, given);
  return jobsIn(workflow).map(([name, { steps, environment, 'runs-on': runsOn }]) => ({
    name,
    environment: put(typeof environment === 'string' ? environment : environment.name),
    runsOn: put(runsOn),
    inputs: putInto(steps, put),
  }));
}

/** What a job says instead of its work, by the step before it that ends the job; empty where that step is skipped. */
export function guardOf(workflow: Pipeline, job: string, given: Values): string {
  const { inputs } = calledWith(workflow, given);
  const steps = at(workflow, `jobs.${job}.steps`) as readonly { readonly if?: string; readonly run?: string }[];
  const due = steps.find(
    ({ if: condition, run }) => run !== undefined && condition !== undefined && expression(condition, { inputs }) === true,
  );
  return /::error::(.+)'/.exec(due?.run ?? '')?.[1] ?? '';
}

/** What a caller has behind `with`. */
type Values = Readonly<Record<string, unknown>>;

/** A job by where it runs. */
interface PlacedJob {
  readonly name: string;
  readonly environment: string;
  readonly runsOn: string;
  readonly inputs: Given;
}

const jobsIn = (workflow: Pipeline) => Object.entries(workflow.jobs as Readonly<Record<string, Job>>);

function calledWith(workflow: Pipeline, given: Values) {
  const declared = at(workflow, 'on.workflow_call.inputs') as Readonly<Record<string, Declared>>;
  const strange = Object.keys(given).filter(name => !(name in declared));
  if (strange.length > 0) throw new Error(`with: ${strange.join(', ')}`);
  const inputs = Object.fromEntries(Object.entries(declared).map(([name, spec]) => [name, given[name] ?? spec.default ?? '']));
  const put = (text: string): string =>
    text.replace(/\$\{\{ (.+?) \}\}/g, (_, inner: string) => String(expression(inner, { inputs, secrets: { KUBECONFIG: '' } }) ?? ''));
  return { inputs, put };
}

const putInto = (steps: unknown, put: (text: string) => string): Given =>
  Object.fromEntries(Object.entries(ourInputs(steps)).map(([key, value]) => [key, put(value)]));

interface Declared {
  readonly default?: unknown;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment: string | { readonly name: string };
  readonly 'runs-on': string;
  readonly steps: unknown;
}

async function played(parts: readonly Part[], player: Player, dialect: Dialect): Promise<Played> {
  const results: Record<string, Result> = {};
  const told: (readonly [string, string])[] = [];
  for (const part of parts) {
    const ended = part.runs(Object.fromEntries(part.needs.map(each => [each, results[each] ?? 'skipped'])))
      ? await end(part, player, dialect)
      : null;
    if (ended !== null) told.push([part.name, ended]);
    results[part.name] = ended === null ? 'skipped' : resultOf(ended);
  }
  return told;
}

async function end({ name, inputs }: Part, { bed, before }: Player, dialect: Dialect): Promise<string> {
  const other = before?.(name) ?? {};
  return other === 'refused' ? other : await step({ ...inputs(), ...other }, bed, dialect);
}

/** A step that failed ends with the code of its error. */
const resultOf = (ended: string): Result => (ended === 'refused' || /^[A-Z]/.test(ended) ? 'failure' : 'success');

/** One step of ours, by its inputs as the platform hands them over. */
export async function step(inputs: Given, bed: Bed, dialect: Dialect): Promise<string> {
  const parsed = parseInputs(inputs, dialect).inputs;
  const { manifests } = await filesOf(parsed, { cwd: process.cwd(), fetch, run: () => Promise.reject(new Error('nothing is rendered')) });
  const files = manifests.map(({ object }) => object);
  return said(await bed.act(inputs, files, { dialect, timeoutSeconds: 120 }));
}
