/** GitHub Actions: the only place that knows @actions/core. */
import * as core from '@actions/core';
import type { Remembered } from '../src/behind.ts';
import type { Platform } from '../src/entry.ts';
import { RolloutError } from '../src/errors.ts';
import type { RawInputs } from '../src/inputs/parse.ts';
import type { Line } from '../src/report/line.ts';
import type { Environment } from '../src/runs/environment.ts';
import { githubRun } from '../src/runs/github.ts';
import { githubPullRequest } from '../src/runs/pull-request.ts';

/** The platform as the runner describes it in the environment. */
export function github(environment: Environment, version: string): Platform {
  return {
    dialect: 'github',
    version,
    run: githubRun(environment) ?? { id: 'github/unknown', name: 'an unknown run' },
    directory: process.cwd(),
    raw: () => inputsOf(environment),
    connection: async ({ kubeconfig, context, skipTlsVerify }) => ({ kubeconfig, context, skipTlsVerify }),
    print: line => writers[line.level](line),
    mask: core.setSecret,
    output,
    summarise: markdown => summarise(markdown, environment),
    drawsMermaid: true,
    fail: () => undefined,
    reviewing: () => {
      const at = githubPullRequest(environment);
      return at && { at, token: environment.GITHUB_TOKEN || null };
    },
    // A runner that keeps nothing runs nothing behind the job either.
    ...(environment.GITHUB_STATE ? { remember } : {}),
  };
}

/** Without its state the post step would take itself for the step, and run the action again. */
function remember(what: Remembered): void {
  try {
    core.saveState(STATE, what);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RolloutError('UNSUPPORTED', `The runner's file for the state of the step (GITHUB_STATE) cannot be written: ${why}`, FREE_IT);
  }
}

const FREE_IT = 'Look at the disk of the runner and at the rights of its folder for temporary files, then run the step again.';

/** What the step left to do behind its job; null in the step itself. */
export function remembered(): Remembered | null {
  const state = core.getState(STATE);
  return state === '' ? null : state === 'reject' ? 'reject' : 'nothing';
}

/** The name of the state that the runner keeps for the post step. */
const STATE = 'rollout-left';

/** Every INPUT_ variable, also those that `action.yml` does not declare: the runner hands misspelt inputs over like that. */
function inputsOf(environment: Environment): RawInputs {
  const inputs = Object.entries(environment).filter(([name]) => name.startsWith('INPUT_'));
  return Object.fromEntries(inputs.map(([name, value]) => [name.slice('INPUT_'.length), value]));
}

const writers: Readonly<Record<Line['level'], (line: Line) => void>> = {
  plain: ({ text }) => core.info(text),
  heading: ({ text }) => core.info(`\u001b[1m${text}\u001b[0m`),
  notice: ({ text, title }) => core.notice(text, titled(title)),
  warning: ({ text, title }) => core.warning(text, titled(title)),
  error: ({ text, title }) => core.error(text, titled(title)),
  group: ({ text }) => core.startGroup(text),
  'end-group': () => core.endGroup(),
};

const titled = (title: string | undefined): core.AnnotationProperties => (title === undefined ? {} : { title });

let isUnwritten = false;

/** Whether an output is missing, so that the step may not end as if a step behind it could read them all. */
export const hasUnwritten = (): boolean => isUnwritten;

/** The file of the outputs may be none, or on a disk that is full: the rollout goes on, and what could not be written is told once. */
function output(name: string, value: string): void {
  try {
    core.setOutput(name, value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!isUnwritten) core.error(`The output ${name} could not be written: ${why}`, titled('Rollout'));
    isUnwritten = true;
  }
}

/** Runners of GitHub Enterprise Server before 3.6 have no summary. */
async function summarise(markdown: string, { GITHUB_STEP_SUMMARY: file }: Environment): Promise<void> {
  if (file === undefined || file === '') return;
  await core.summary.addRaw(markdown).write();
}
