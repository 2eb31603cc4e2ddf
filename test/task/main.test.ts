import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Ended, runBundle } from '../bundle.ts';
import { type ForbiddingServer, forbiddingServer, kubeconfigFor } from '../fakes/api-server.ts';
import { type AnsweringProxy, answeringProxy } from '../fakes/proxy.ts';
import { stepWorkspace } from '../fakes/workspace.ts';

const token = 'token-of-the-test';

let server: ForbiddingServer;
let workspace: string;

beforeEach(async () => {
  server = await forbiddingServer(`no: ${token} ##vso[task.complete result=Succeeded]`);
  workspace = await stepWorkspace();
});

afterEach(() => server.close());

/** The environment of a step as the agent makes it. */
function step(inputs: Readonly<Record<string, string>>, endpoint: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runBundle('task', {
    env: {
      SYSTEM_DEFAULTWORKINGDIRECTORY: workspace,
      AGENT_TEMPDIRECTORY: workspace,
      BUILD_BUILDID: '1',
      ...Object.fromEntries(Object.entries({ action: 'deploy', ...inputs }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...endpoint,
    },
  });
}

const id = '11111111-2222-3333-4444-555555555555';

function serviceAccount(): Readonly<Record<string, string>> {
  return {
    [`ENDPOINT_URL_${id}`]: server.url,
    [`ENDPOINT_AUTH_SCHEME_${id}`]: 'Token',
    [`ENDPOINT_AUTH_PARAMETER_${id}_APITOKEN`]: Buffer.from(token).toString('base64'),
    [`ENDPOINT_DATA_${id}_AUTHORIZATIONTYPE`]: 'ServiceAccount',
    [`ENDPOINT_DATA_${id}_NAMESPACE`]: 'of-endpoint',
  };
}

const canary = { manifests: 'web.json', strategy: 'canary', percentage: '50', trafficSplitMethod: 'pod' };

function failedCommand({ out }: Ended): string | undefined {
  return out.split('\n').find(line => line.startsWith('##vso[task.complete '));
}

describe('a step with wrong inputs', () => {
  test('fails with all faults in one issue, and contacts nothing', async () => {
    const ended = await step({ ...canary, strategy: 'canery', percentage: '101', trafficSplitMehtod: 'smi' }, serviceAccount());
    expect(ended.code).toBe(1);
    expect(failedCommand(ended)).toMatch(/^##vso\[task\.complete result=Failed;?\]INVALID_INPUT: 3 inputs are wrong/);
    for (const words of ['canery', '101', 'did you mean trafficSplitMethod?']) expect(ended.out).toContain(words);
    expect(server.asked).toEqual([]);
  });

  test('an action outside a deployment job is told', async () => {
    const ended = await step({ ...canary, action: '$(strategy.action)' });
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('was not expanded') });
  });
});

describe('the agent’s proxy', () => {
  const page = 'http://files.example/web.json';
  const kubeconfig = kubeconfigFor('http://kube.example', token);
  let proxy: AnsweringProxy;
  beforeEach(async () => {
    proxy = await answeringProxy({ [page]: await readFile(join(workspace, 'web.json'), 'utf8') });
  });
  afterEach(() => proxy.close());

  /** A step with a file from the web and a cluster of the kubeconfig, and what its proxy was asked for. */
  async function asked(bypassed: readonly string[]): Promise<readonly string[]> {
    const before = proxy.asked.length;
    const agent = { AGENT_PROXYURL: proxy.url, AGENT_PROXYBYPASSLIST: JSON.stringify(bypassed) };
    await step({ ...canary, manifests: page, connectionType: 'none', kubeconfig }, agent);
    return [...new Set(proxy.asked.slice(before))];
  }

  test('is before files on the web and before the cluster of a kubeconfig', async () => {
    expect(await asked([])).toEqual([page, 'CONNECT kube.example:80']);
  });

  test('is before neither where its bypass list has them', async () => {
    expect(await asked(['kube\\.example'])).toEqual([page]);
    expect(await asked(['files\\.example'])).toEqual([]);
  });
});

describe('a service connection', () => {
  test.each(['kubernetesServiceConnection', 'kubernetesServiceEndpoint'])('named by %s brings server, token and namespace', async name => {
    const ended = await step({ ...canary, [name]: id }, serviceAccount());
    expect(ended.code).toBe(1);
    expect(server.asked.length).toBeGreaterThan(0);
    expect(server.asked.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
    expect(server.asked.some(({ path }) => path.includes('/namespaces/of-endpoint/'))).toBe(true);
  });

  test('of the type Kubeconfig brings its kubeconfig', async () => {
    await step(
      { ...canary, kubernetesServiceConnection: id },
      {
        [`ENDPOINT_URL_${id}`]: 'https://elsewhere.example',
        [`ENDPOINT_AUTH_SCHEME_${id}`]: 'Kubernetes',
        [`ENDPOINT_AUTH_PARAMETER_${id}_KUBECONFIG`]: kubeconfigFor(server.url, token),
        [`ENDPOINT_DATA_${id}_AUTHORIZATIONTYPE`]: 'Kubeconfig',
      },
    );
    expect(server.asked.some(({ path }) => path.includes('/namespaces/of-context/'))).toBe(true);
  });

  test('is not used when connectionType is none', async () => {
    const ended = await step({ ...canary, connectionType: 'none', kubernetesServiceConnection: id }, serviceAccount());
    expect(ended.code).toBe(1);
    expect(server.asked).toEqual([]);
  });

  test('gives away neither its token nor a command in what the API server answers', async () => {
    const ended = await step({ ...canary, kubernetesServiceConnection: id }, serviceAccount());
    const lines = ended.text.split('\n');
    expect(lines.filter(line => line.includes(token) && !line.startsWith('##vso[task.setsecret'))).toEqual([]);
    expect(lines.filter(line => /##vso\[task\.complete[^\]]*Succeeded/.test(line))).toEqual([]);
    expect(failedCommand(ended)).toContain('FORBIDDEN');
  });
});

test('the job summary is a file of its own that the agent is pointed to', async () => {
  const ended = await step({ ...canary, percentage: '101' });
  const [file = ''] = (await readdir(workspace)).filter(name => name.endsWith('.md'));
  expect(ended.out).toContain(`##vso[task.uploadsummary]${join(workspace, file)}`);
  expect(await readFile(join(workspace, file), 'utf8')).toContain('101');
});

test('the report of the step is attached for the tab of the run, under the names of job and step', async () => {
  const env = { ...serviceAccount(), AGENT_JOBNAME: 'Canary', SYSTEM_TASKDISPLAYNAME: 'Deploy 10 % / web' };
  const ended = await step({ ...canary, kubernetesServiceConnection: id }, env);
  const [, name, file = ''] =
    /##vso\[task\.addattachment [^\]]*type=kubernetes-rollout\.report;[^\]]*name=([^;\]]+);?\](.+)/.exec(ended.out) ?? [];
  expect(name).toBe('Canary - Deploy 10 percent _ web');
  expect((await readFile(file, 'utf8')).split('\n')).toEqual(
    expect.arrayContaining(['<!doctype html>', expect.stringContaining('FORBIDDEN')]),
  );
});

describe('behind the job', () => {
  const left = (what: string) => ({ ...serviceAccount(), VSTS_TASKVARIABLE_ROLLOUT_LEFT: what });

  test('nothing is asked where the step left nothing to do', async () => {
    expect(await step(canary, left('nothing'))).toMatchObject({ code: 0 });
    expect(server.asked).toEqual([]);
  });

  test('a cancelled deploy is rejected, by the inputs of the step', async () => {
    const ended = await step({ ...canary, kubernetesServiceConnection: id, onCancel: 'reject' }, left('reject'));
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('its deploy is taken back') });
    expect(ended.out).toMatch(/reject, release \w+, namespace/);
  });
});
