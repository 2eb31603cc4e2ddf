/** A dry run on a pull request keeps one comment up to date: what would be done, and what the files change. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reviewing } from '../../src/commenting.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { commentOf, markerOf } from '../../src/report/comment.ts';
import { azurePullRequest, githubPullRequest } from '../../src/runs/pull-request.ts';
import { type Desk, type Ended, GOOD, openDesk } from '../bad-inputs/step.ts';
import { contractApi } from '../contract/api.ts';
import { type PullRequests, pullRequests, READER, WRITER } from '../fakes/pull-requests.ts';
import { at, expanded, ourInputs, pipeline } from '../samples/pipeline.ts';
import { applyAsUser } from '../stage/user.ts';

let desk: Desk;
let host: PullRequests;

const secret = (password: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login' },
  data: { password: Buffer.from(password).toString('base64'), user: 'YWRtaW4=' },
});
const settings = (lines: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { 'app.ini': lines.join('\n') },
});

beforeAll(async () => {
  [desk, host] = await Promise.all([openDesk(), pullRequests()]);
  await applyAsUser(contractApi(desk.simulation, 'default'), [secret('old-password'), settings(['one', 'two', 'three'])] as never);
});

beforeEach(() => {
  host.comments.length = 0;
  host.asked.length = 0;
});

afterAll(async () => {
  await Promise.all([desk.close(), host.close()]);
});

const onGithub = (token: string | null = WRITER): Reviewing => ({
  at: { on: 'github', api: host.url, repository: 'shop/web', number: 7 },
  token,
});
const onAzure = (token: string | null = WRITER): Reviewing => ({
  at: { on: 'azure', base: `${host.url}/project/_apis/git/repositories/repo`, number: 7 },
  token,
});

const more = [secret('new-password'), settings(['one', 'zwei', 'three']), { ...settings([]), metadata: { name: 'brought' } }];
const files = [GOOD, ...more.map(object => JSON.stringify(object))].join('\n---\n');

const step = (reviewing: Reviewing | null, file = files): Promise<Ended> =>
  desk.run({ inputs: { 'dry-run': 'true', comment: 'true' }, file, reviewing });

const hosts: readonly (readonly [string, (token?: string | null) => Reviewing])[] = [
  ['GitHub', onGithub],
  ['Azure DevOps', onAzure],
];

describe.each(hosts)('at %s', (_, reviewing) => {
  test('a comment says what would be done and what changes, Secrets as hashes, and is written anew by the next run', async () => {
    // A page of others stands before it.
    host.comments.push(...Array.from({ length: 60 }, (_one, i) => `comment ${i}`));
    expect(await step(reviewing())).toMatchObject({ code: 0, isUntouched: true });
    const [comment = '', ...others] = host.comments.slice(60);
    expect(others).toEqual([]);
    for (const words of [
      '**Dry run**, nothing was written.',
      'The new version runs beside what is there. Promote writes this:',
      '- spec.template.spec.containers[web].image: demo/web:1\n+ spec.template.spec.containers[web].image: demo/web:2',
      '- ConfigMap default/brought is new',
      'create Deployment default/web-canary',
    ])
      expect(comment).toContain(words);
    expect(comment).toMatch(/- data\.password: sha256:[0-9a-f]{12}\n\+ data\.password: sha256:[0-9a-f]{12}\n/);
    expect(comment).not.toMatch(/data\.user|old-password|new-password|b2xkLX|bmV3LX/);
    expect(comment).toMatch(/ {2}data\.app\.ini, from line 2:\n- two\n\+ zwei\n/);

    await step(reviewing(), GOOD);
    expect(host.comments).toHaveLength(61);
    expect(host.comments[60]).not.toContain('data.password');
    expect(host.comments[60]).toContain('Unchanged: Service default/web.');
  });

  test.each<[string, string | null, string]>([
    ['may only read', READER, '(403)'],
    ['is not known', 'somebody', '(401)'],
    ['is not there', null, 'no token'],
  ])('a token that %s is a warning that says what to grant, and the step is green', async (_name, token, words) => {
    const { code, said } = await step(reviewing(token), GOOD);
    expect(code).toBe(0);
    expect(said).toMatch(/warning: comment: .*(pull-requests: write|Contribute to pull requests)/);
    expect(said).toContain(words);
    expect(host.comments).toEqual([]);
  });
});

test('a dry run that fails is told in the comment too', async () => {
  await step(onGithub(), GOOD.replace('replicas: 1', 'replicaz: 1'));
  expect(host.comments).toEqual([expect.stringContaining('INVALID')]);
});

test('a run of no pull request comments nothing and says so, and what is no dry run is refused', async () => {
  const { code, said } = await step(null, GOOD);
  expect([code, said.includes('notice: comment: this run is of no pull request')]).toEqual([0, true]);
  expect((await desk.run({ inputs: { comment: 'true' }, reviewing: onGithub() })).said).toContain('give --dry-run too');
  expect(host.asked).toEqual([]);
});

test.each([
  ['github', 'samples/github/plan.yml', 'jobs.plan.steps'],
  ['azure', 'samples/azure-pipelines/plan.yml', 'jobs.0.steps'],
] as const)('the sample of %s asks for it', async (dialect, file, steps) => {
  const values = { 'github.token': 'the-token', 'env.IMAGE': 'web:2', 'env.NAMESPACE': 'shop', image: 'web:2', namespace: 'shop' };
  const given = expanded(ourInputs(at(await pipeline(file), steps)), values);
  const { inputs } = parseInputs(given, dialect);
  expect(inputs).toMatchObject({ action: 'deploy', dryRun: true, comment: true, githubToken: dialect === 'github' ? 'the-token' : null });
});

test('a comment is cut at the end of a line, closes what is open, and calls nobody', () => {
  const marker = markerOf({ pipeline: 'shop (web)', namespace: 'demo', application: null });
  expect(marker).toBe('[//]: # (kubernetes-rollout/shop%20.web./demo/)');
  const long = `@team \`@code\`\n\n\`\`\`diff\n${'+ a line @all\n'.repeat(1000)}\`\`\`\n`;
  const text = commentOf(marker, long, { by: 'run 1', most: 2000 });
  expect(text.length).toBeLessThanOrEqual(2000);
  expect(text).toMatch(/^\[\/\/\]: # \(.*\)\n\n@\u200bteam `@code`\n/);
  expect(text).toMatch(/\+ a line @all\n```\n\n\*\*There is no room for the rest/);
});

test.each([
  [
    'a workflow of GitHub',
    githubPullRequest({ GITHUB_REPOSITORY: 'shop/web', GITHUB_REF: 'refs/pull/7/merge' }),
    { on: 'github', number: 7 },
  ],
  ['a push', githubPullRequest({ GITHUB_REPOSITORY: 'shop/web', GITHUB_REF: 'refs/heads/main' }), null],
  [
    'a run of Azure',
    azurePullRequest({
      SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
      SYSTEM_COLLECTIONURI: 'https://dev.azure.com/shop/',
      SYSTEM_TEAMPROJECTID: 'p',
      BUILD_REPOSITORY_ID: 'r',
      BUILD_REPOSITORY_PROVIDER: 'TfsGit',
    }),
    { on: 'azure', base: 'https://dev.azure.com/shop/p/_apis/git/repositories/r', number: 7 },
  ],
  [
    'a run of Azure whose repository is at GitHub',
    azurePullRequest({
      SYSTEM_PULLREQUEST_PULLREQUESTID: '12345',
      SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: '7',
      BUILD_REPOSITORY_PROVIDER: 'GitHub',
      BUILD_REPOSITORY_NAME: 'shop/web',
    }),
    { on: 'github', api: 'https://api.github.com', repository: 'shop/web', number: 7 },
  ],
  ['no run of anything', azurePullRequest({}), null],
])('%s is known by its environment', (_, found, expected) => {
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatchObject(expected);
});
