/** The samples of clouds on GitHub, and the kubeconfigs that the login steps before ours leave behind. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { connect } from '../../src/cluster/index.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { openFakeApi } from '../cluster-client/fake-api.ts';
import { at, expanded, ourInputs, type Pipeline } from './pipeline.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clouds-'));
});
afterEach(() => rm(directory, { recursive: true }));

const logins = [
  ['aks', 'kubelogin', 'get-token --login azurecli --server-id 6dae42f8-4368-4678-94ff-3960e28e3630'],
  ['eks', 'aws', '--region eu-central-1 eks get-token --cluster-name web --output json'],
  ['gke', 'gke-gcloud-auth-plugin', ''],
] as const;

describe.each(logins)('%s', (cloud, command, asked) => {
  /** A login command that notes its words and hands over a token: the first ends at once, the next ones last. */
  async function install(): Promise<void> {
    const [path, runs] = [join(directory, command), join(directory, 'runs')];
    const credential = `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t%s","expirationTimestamp":"%s"}}`;
    const script = [
      `echo "$*" >> ${runs}`,
      `n=$(wc -l < ${runs})`,
      '[ "$n" = 1 ] && until=2020-01-01T00:00:00Z || until=2999-01-01T00:00:00Z',
    ];
    await writeFile(path, ['#!/bin/sh', ...script, `printf '${credential}' $n $until`].join('\n'));
    await chmod(path, 0o755);
  }

  /** What the login step leaves, by the variable that it sets. */
  async function connected(server: string, path = [directory, process.env.PATH].join(delimiter)) {
    const text = await readFile(`test/samples/kubeconfigs/${cloud}.yaml`, 'utf8');
    const KUBECONFIG = join(directory, 'kubeconfig');
    await writeFile(KUBECONFIG, text.replace('SERVER', server));
    return await connect({
      kubeconfig: null,
      context: null,
      skipTlsVerify: false,
      environment: { KUBECONFIG, PATH: path },
      onSecret: () => undefined,
    });
  }

  test('is reached by its own login command, which is run anew when its token ended', async () => {
    await install();
    const api = await openFakeApi(({ authorization }) => ({ body: { metadata: { name: authorization } } }));
    const { cluster, close } = await connected(api.server);
    const get = async (): Promise<unknown> => (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'c' }))?.metadata.name;
    await get();
    expect([await get(), await get()]).toEqual(['Bearer t2', 'Bearer t2']);
    const runs = (await readFile(join(directory, 'runs'), 'utf8')).split('\n');
    expect(runs).toEqual([asked, asked, '']);
    await close();
    await api.close();
  });

  test('says which login command is missing', async () => {
    const api = await openFakeApi(() => ({ body: {} }));
    const failed = await connected(api.server, directory).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'LOGIN_FAILED', message: `The login command ${command} is not installed.` });
    await api.close();
  });

  test('has a sample that logs in before our steps, which name no kubeconfig', async () => {
    const sample = load(await readFile(`samples/github/${cloud}.yml`, 'utf8')) as Pipeline;
    const steps = at(sample, 'jobs.canary.steps') as readonly { readonly uses?: string }[];
    const ours = steps.filter(({ uses = '' }) => uses.startsWith('kubernetes-rollout/'));
    const inputs = ours.map(step => expanded(ourInputs([step]), { 'github.sha': 'v2' }));
    expect(inputs.map(given => parseInputs(given, 'github').inputs.action)).toEqual(['deploy', 'promote', 'reject']);
    expect(inputs.map(({ kubeconfig }) => kubeconfig)).toEqual([undefined, undefined, undefined]);
    expect(at(sample, 'permissions.id-token')).toBe('write');
  });
});
