import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underWay } from './journal.ts';
import { type Ended, run } from './kubectl.ts';
import { root } from './rollout.ts';
import type { Scene } from './scene.ts';

/** What a pipeline's author wrote in a step, by input name. */
export type StepInputs = Readonly<Record<string, string>>;

/** The run of a pipeline, as the platforms count them. */
export interface PipelineRun {
  readonly number: number;
  readonly attempt?: number;
  /** What else the platform has in the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A step's end, with its outputs and its job summary. */
export interface StepEnded extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the built GitHub Action as a runner would: inputs and the run in the environment, outputs and summary in files. */
export async function githubStep(scene: Scene, inputs: StepInputs, pipeline: PipelineRun = { number: 1 }): Promise<StepEnded> {
  const files = await mkdtemp(join(tmpdir(), 'runner-'));
  const [output, summary] = [join(files, 'output'), join(files, 'summary')];
  for (const path of [output, summary]) writeFileSync(path, '');
  const environment = {
    ...named(inputs, name => name),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'example/shop',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_WORKFLOW_REF: 'example/shop/.github/workflows/deploy.yml@refs/heads/main',
    GITHUB_RUN_ID: String(4000 + pipeline.number),
    GITHUB_RUN_NUMBER: String(pipeline.number),
    GITHUB_RUN_ATTEMPT: String(pipeline.attempt ?? 1),
    GITHUB_WORKSPACE: scene.folder,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: files,
    ...pipeline.environment,
  };
  const ended = await bundle('action', scene, environment);
  return { ...ended, outputs: fileCommands(await readFile(output, 'utf8')), summary: await readFile(summary, 'utf8') };
}

/** Runs the built Azure DevOps task as an agent would, on `connectionType: none` unless the inputs say otherwise; its code is 1 when it says Failed. */
export async function azureStep(scene: Scene, inputs: StepInputs, pipeline: PipelineRun = { number: 1 }): Promise<StepEnded> {
  const files = await mkdtemp(join(tmpdir(), 'agent-'));
  const environment = {
    ...named({ connectionType: 'none', ...inputs }, name => name.replaceAll('.', '_')),
    TF_BUILD: 'True',
    AGENT_TEMPDIRECTORY: files,
    AGENT_WORKFOLDER: files,
    SYSTEM_DEFAULTWORKINGDIRECTORY: scene.folder,
    SYSTEM_COLLECTIONURI: 'https://azure.example/shop/',
    SYSTEM_TEAMPROJECT: 'shop',
    SYSTEM_TEAMPROJECTID: '6f1c',
    SYSTEM_DEFINITIONID: '7',
    SYSTEM_JOBATTEMPT: String(pipeline.attempt ?? 1),
    SYSTEM_STAGEATTEMPT: '1',
    BUILD_DEFINITIONNAME: 'deploy',
    BUILD_BUILDID: String(5000 + pipeline.number),
    BUILD_BUILDNUMBER: String(pipeline.number),
    ...pipeline.environment,
  };
  const ended = await bundle('task', scene, environment);
  const code = /^##vso\[task\.complete result=Failed/m.test(ended.stdout) ? 1 : ended.code;
  return { ...ended, code, outputs: variables(ended.stdout), summary: await attached(ended.stdout) };
}

function bundle(part: string, scene: Scene, environment: Readonly<Record<string, string>>): Promise<Ended> {
  const inherited = ['PATH', 'HOME', 'KUBECONFIG'].map(name => [name, process.env[name] ?? '']);
  const whole = [...inherited, ...Object.entries(environment)].map(([name, value]) => `${name}=${value}`);
  const script = ['-C', scene.folder, '-i', ...whole, process.execPath, join(root, part, 'dist', 'index.cjs')];
  const over = underWay(`${part}: ${environment.INPUT_ACTION ?? ''}`);
  return run('env', script, { limitSeconds: 600 }).finally(over);
}

function named(inputs: StepInputs, spell: (name: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${spell(name).replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** `name<<DELIMITER`, lines, `DELIMITER`, as the runner reads them back. */
function fileCommands(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/^([\w-]+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm)];
  return Object.fromEntries(found.map(([, name = '', , value = '']) => [name, value]));
}

function variables(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/^##vso\[task\.setvariable variable=([^;\]]+)[^\]]*\](.*)$/gm)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

async function attached(text: string): Promise<string> {
  const path = /^##vso\[task\.uploadsummary\](.+)$/m.exec(text)?.[1]?.trim();
  return path === undefined ? '' : readFile(path, 'utf8');
}
