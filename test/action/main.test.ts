import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Ended, runBundle } from '../bundle.ts';
import { type ForbiddingServer, forbiddingServer, kubeconfigFor } from '../fakes/api-server.ts';
import { stepWorkspace } from '../fakes/workspace.ts';

const token = 'token-of-the-test';

let server: ForbiddingServer;
let workspace: string;

beforeEach(async () => {
  server = await forbiddingServer(`no: ${token} ##vso[task.complete]\n::set-output name=status::promoted`);
  workspace = await stepWorkspace();
  await writeFile(join(workspace, 'outputs'), '');
  await writeFile(join(workspace, 'state'), '');
  await writeFile(join(workspace, 'summary'), '');
});

afterEach(() => server.close());

/** The environment of a step as the runner makes it: what `with:` has, and the defaults of action.yml. */
function step(inputs: Readonly<Record<string, string>>, state: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const given = { action: 'deploy', 'traffic-split-method': 'pod', kubeconfig: kubeconfigFor(server.url, token), ...inputs };
  return runBundle('action', {
    cwd: workspace,
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '1',
      GITHUB_OUTPUT: join(workspace, 'outputs'),
      GITHUB_STEP_SUMMARY: join(workspace, 'summary'),
      GITHUB_STATE: join(workspace, 'state'),
      ...state,
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  });
}

function commands({ out }: Ended): readonly string[] {
  return out.split(/[\r\n]+/).filter(line => line.trimStart().startsWith('::') || line.includes('##['));
}

describe('a step with wrong inputs', () => {
  test('fails with all faults in one annotation and in the summary, and contacts nothing', async () => {
    const ended = await step({ strategy: 'canery', percentage: '101', namespace: 'Demo', manifests: '', 'dry-rum': 'true' });
    expect(ended.code).toBe(1);
    expect(commands(ended)).toEqual([
      expect.stringMatching(/^::error title=Rollout failed \(INVALID_INPUT\)::INVALID_INPUT: 5 inputs are wrong:%0A/),
    ]);
    for (const words of ['canery', '101', 'Demo', 'manifests', 'did you mean dry-run?']) expect(ended.out).toContain(words);
    expect(server.asked).toEqual([]);
    expect(await readFile(join(workspace, 'summary'), 'utf8')).toContain('canery');
  });

  test('fails before anything is contacted when a file is not there', async () => {
    const ended = await step({ manifests: 'nowhere.yaml' });
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('nowhere.yaml') });
    expect(server.asked).toEqual([]);
  });
});

test.each([
  ['a directory', '.'],
  ['absent', 'nope/outputs'],
])('a step whose file of outputs is %s says so once, without a stack, to its end', async (_, path) => {
  const ended = await step({ manifests: 'nowhere.yaml' }, { GITHUB_OUTPUT: join(workspace, path) });
  expect(ended).toMatchObject({ code: 1, text: expect.not.stringMatching(/\n {4}at /) });
  expect(commands(ended).filter(line => line.includes('could not be written'))).toEqual([
    expect.stringMatching(/^::error title=Rollout::The output status could not be written: /),
  ]);
  expect(await readFile(join(workspace, 'summary'), 'utf8')).toContain('nowhere.yaml');
});

test.each([
  ['a directory', '.'],
  ['absent', 'nope/state'],
])('a step whose file of state is %s is refused in words of its own: the end of the job would run it again', async (_, path) => {
  const ended = await step({ manifests: 'web.json' }, { GITHUB_STATE: join(workspace, path) });
  expect(ended).toMatchObject({ code: 1, text: expect.not.stringMatching(/\n {4}at /) });
  expect(ended.out).toMatch(/UNSUPPORTED: The runner's file for the state of the step \(GITHUB_STATE\) cannot be written: /);
  expect(server.asked).toEqual([]);
});

describe('what the cluster answers', () => {
  test('is shown without being executed, and no token with it', async () => {
    const ended = await step({ manifests: 'web.json', strategy: 'canary', percentage: '50' });
    expect(ended.code).toBe(1);
    expect(server.asked.length).toBeGreaterThan(0);
    expect(server.asked.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
    expect(ended.text.split('\n').filter(line => line.includes(token))).toEqual([`::add-mask::${token}`]);
    expect(commands(ended).filter(line => !/^::(add-mask|error title=[\w ()]+|warning title=Rollout|debug)::/.test(line))).toEqual([]);
    expect(ended.out).not.toContain('##vso[');
    expect(await readFile(join(workspace, 'summary'), 'utf8')).toMatch(/FORBIDDEN/);
  });
});

test('an unreachable API server is named', async () => {
  const ended = await step({ manifests: 'web.json', kubeconfig: kubeconfigFor('https://127.0.0.1:9', token) });
  expect(ended).toMatchObject({ code: 1, out: expect.stringMatching(/UNREACHABLE.*127\.0\.0\.1:9/) });
});

describe('behind the job', () => {
  test('nothing is left to do by a step that failed by itself', async () => {
    await step({ manifests: 'web.json', strategy: 'canary', percentage: '50', 'on-cancel': 'reject' });
    expect((await readFile(join(workspace, 'state'), 'utf8')).match(/^(nothing|reject)$/gm)).toEqual(['nothing', 'reject', 'nothing']);
  });

  test('nothing is said and nothing asked where the step left nothing to do', async () => {
    expect(await step({ manifests: 'web.json' }, { 'STATE_rollout-left': 'nothing' })).toMatchObject({ code: 0, text: '' });
    expect(server.asked).toEqual([]);
  });

  test('a cancelled deploy is rejected, by the inputs of the step', async () => {
    const ended = await step({ manifests: 'web.json', strategy: 'canary', 'on-cancel': 'reject' }, { 'STATE_rollout-left': 'reject' });
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('its deploy is taken back') });
    expect(ended.out).toMatch(/reject, release \w+, namespace/);
    expect(server.asked.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  });
});
