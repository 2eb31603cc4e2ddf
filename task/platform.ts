/** Azure Pipelines: with connection.ts the only place that knows azure-pipelines-task-lib. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as task from 'azure-pipelines-task-lib/task.js';
import type { Remembered } from '../src/behind.ts';
import type { Platform } from '../src/entry.ts';
import type { RawInputs } from '../src/inputs/parse.ts';
import type { Line } from '../src/report/line.ts';
import { azureAnnotations, azureRun } from '../src/runs/azure.ts';
import type { Environment } from '../src/runs/environment.ts';
import { azurePullRequest } from '../src/runs/pull-request.ts';
import { connectionOf } from './connection.ts';

/** The platform as the agent describes it in the environment. */
export function azure(raw: RawInputs, environment: Environment, version: string): Platform {
  return {
    dialect: 'azure',
    version,
    run: azureRun(environment) ?? { id: 'azure/unknown', name: 'an unknown run' },
    directory: environment.SYSTEM_DEFAULTWORKINGDIRECTORY ?? process.cwd(),
    raw: () => raw,
    connection: inputs => connectionOf(inputs, agentProxy),
    agentProxy,
    annotations: () => (task.getInput('annotate')?.toLowerCase() === 'true' ? azureAnnotations(environment) : {}),
    print: line => writers[line.level](line),
    mask: task.setSecret,
    output: (name, value) => task.setVariable(name, value, false, true),
    attach: page => attach(page, environment),
    summarise: markdown => summarise(markdown, environment),
    reviewing: () => {
      const at = azurePullRequest(environment);
      return at && { at, token: tokenFor(at.on, environment) };
    },
    remember: what => task.setTaskVariable(VARIABLE, what),
    fail: message => task.command('task.complete', { result: 'Failed' }, message),
  };
}

/** The job's own identity writes where the repository is at Azure too. */
function tokenFor(on: 'github' | 'azure', { GITHUB_TOKEN, SYSTEM_ACCESSTOKEN }: Environment): string | null {
  if (on === 'github') return GITHUB_TOKEN || null;
  return SYSTEM_ACCESSTOKEN || task.getEndpointAuthorizationParameter('SystemVssConnection', 'AccessToken', true) || null;
}

/** What the step left to do behind its job; null in the step itself. */
export function remembered(): Remembered | null {
  const left = task.getTaskVariable(VARIABLE) ?? '';
  return left === '' ? null : left === 'reject' ? 'reject' : 'nothing';
}

/** The name of the variable that the agent keeps for the job's end. */
const VARIABLE = 'rollout.left';

/** The proxy that the agent was configured with, unless its bypass list has the address. */
function agentProxy(address: string): string | null {
  const configured = task.getHttpProxyConfiguration(address);
  if (configured?.proxyPassword) task.setSecret(configured.proxyPassword);
  return configured?.proxyFormattedUrl ?? null;
}

/** The issue commands escape line breaks themselves; plain lines may have them. An issue has no title, and nothing below a warning is one. */
const writers: Readonly<Record<Line['level'], (line: Line) => void>> = {
  plain: ({ text }) => write(text),
  heading: ({ text }) => write(`##[section]${text}`),
  notice: ({ text }) => write(text),
  warning: ({ text }) => task.warning(text),
  error: ({ text }) => task.error(text),
  group: ({ text }) => write(`##[group]${text}`),
  'end-group': () => write('##[endgroup]'),
};

const write = (text: string): void => void process.stdout.write(`${text}\n`);

/** The tab of the run reads attachments of this type. */
const REPORT = 'kubernetes-rollout.report';

/** An attachment is known by its step and its name; jobs of a matrix have steps of one name. */
async function attach(page: string, { AGENT_TEMPDIRECTORY, AGENT_JOBNAME, SYSTEM_TASKDISPLAYNAME }: Environment): Promise<void> {
  const file = await kept(page, AGENT_TEMPDIRECTORY, 'html');
  const name = [AGENT_JOBNAME, SYSTEM_TASKDISPLAYNAME ?? 'Rollout'].filter(Boolean).join(' - ');
  task.addAttachment(
    REPORT,
    name
      .replaceAll('%', 'percent')
      .replace(/[^\w .()-]+/g, '_')
      .slice(0, 100),
    file,
  );
}

/** The agent shows the file once it read the command; its name is the heading above it. */
async function summarise(markdown: string, { AGENT_TEMPDIRECTORY }: Environment): Promise<void> {
  task.uploadSummary(await kept(markdown, AGENT_TEMPDIRECTORY, 'md'));
}

/** A file that is there until the agent has read it, by a name of its own: several steps of a job share the folder. */
async function kept(text: string, folder: string | undefined, extension: string): Promise<string> {
  const file = join(folder ?? tmpdir(), `rollout-${randomUUID().slice(0, 8)}.${extension}`);
  await writeFile(file, text);
  return file;
}
