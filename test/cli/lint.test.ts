import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../../cli/arguments.ts';
import { completions } from '../../cli/completion.ts';
import { showFindings } from '../../cli/lint/index.ts';
import { showRole } from '../../cli/role.ts';
import { inWorkspace } from '../manifests/workspace.ts';

const POD = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;

const WEB = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'web:1'}]}}}\n`;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(directory: string, words: readonly string[]): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), colour: false, width: 80 };
  const code = await showFindings(parseArguments(['lint', ...words]), streams, { directory, version: '1.2.3' });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const linted = (files: Readonly<Record<string, string>>, words: readonly string[]): Promise<Ended> =>
  inWorkspace(files, directory => run(directory, words));

const advised = { 'a b.yaml': POD('web') };
const broken = { 'a.yaml': POD('web:1'), 'b.yaml': 'kind: [\n' };

test('role prints what the files need, as YAML to apply, with Secrets by their names', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: hush}\n';
  const policy = 'apiVersion: acme.test/v1\nkind: Policy\nmetadata: {name: p}\n';
  const files = { 'a.yaml': `${WEB}---\n${secret}---\n${policy}` };
  const out: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text), colour: false, width: 80 };
  const words = ['role', 'a.yaml', '-n', 'shop', '--strategy', 'canary', '--traffic-split-method', 'smi', '--kubeconfig', 'nowhere'];
  expect(await inWorkspace(files, directory => showRole(parseArguments(words), streams, directory))).toBe(0);
  expect(out.join('\n')).toMatch(/kind: Role\n.*\n.*\n {2}namespace: shop/);
  expect(out.join('\n')).toMatch(/resourceNames: \[hush\]\n {4}verbs: \[get, list, watch, patch, delete\]/);
  expect(out.join('\n')).toMatch(/resources: \[policies\]/);
  expect(out.join('\n')).not.toMatch(/resources: \[secrets\]\n {4}verbs: \[.*(get|list)/);
});

describe('lint', () => {
  test('finds in the samples that nothing keeps pods through a drain of nodes, and nothing else', async () => {
    const ended = await run(resolve('samples'), ['manifests', '-o', 'json']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const { findings } = JSON.parse(ended.out) as { readonly findings: readonly unknown[] };
    const unkept = (what: string, file: string, line: number): unknown => ({
      code: 'no-disruption-budget',
      level: 'warning',
      what: expect.stringContaining(what),
      where: { file: `manifests/${file}`, line, path: '' },
      set: expect.stringContaining('spec.maxUnavailable: 1'),
    });
    expect(findings).toEqual([
      unkept('StatefulSet queue', 'queue/stateful-set.yaml', 3),
      unkept('Deployment shop', 'shop/web.yaml', 1),
      unkept('Deployment web', 'web/deployment.yaml', 1),
    ]);
  });

  test('fails for errors, and for warnings only when it is strict', async () => {
    expect(await linted(advised, ['-f', 'a b.yaml'])).toMatchObject({ code: 0, out: expect.stringContaining('no errors, 1 warning') });
    expect((await linted(advised, ['-f', 'a b.yaml', '--strict'])).code).toBe(1);
    expect(await linted(broken, ['.'])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^b\.yaml:\d: error: .*1 error, no warnings$/s),
    });
    expect(await linted(advised, ['nowhere.yaml'])).toMatchObject({ code: 1, out: expect.stringContaining('nowhere.yaml: no such file') });
  });

  test('judges the images that a deploy would put in, and refuses one that no container has', async () => {
    expect(await linted(advised, ['a b.yaml', '--images', 'web:2'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('no warnings'),
    });
    expect(await linted(advised, ['a b.yaml', '--images', 'wbe:2'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('wbe:2 matches no'),
    });
  });

  test('says what is missing and what is strange, and reads nothing', async () => {
    expect(await linted(advised, [])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('lint needs files') });
    expect(await linted(advised, ['a b.yaml', '--imags', 'x'])).toMatchObject({ code: 1, err: expect.stringContaining('--images') });
    expect(parseArguments(['deploy', '--strict']).inputs).toMatchObject({ strict: 'true' });
    expect(completions(['lint', '-o', 's'])).toBe('sarif\n:4');
  });

  test('writes SARIF whose results name a rule of the table, a file below the root, and a line', async () => {
    const { out } = await linted({ ...advised, 'b#.yaml': 'a: [\n' }, ['.', '-o', 'sarif']);
    const log = JSON.parse(out);
    expect(log).toMatchObject({
      $schema: expect.stringContaining('sarif-2.1.0'),
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'kubernetes-rollout', version: '1.2.3' } }, invocations: [{ executionSuccessful: true }] }],
    });
    const [{ results, tool }] = log.runs;
    expect(results).toEqual([
      {
        ruleId: 'floating-image',
        ruleIndex: expect.any(Number),
        level: 'warning',
        message: { text: expect.stringContaining('image web has no tag') },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.yaml', uriBaseId: '%SRCROOT%' }, region: { startLine: 7 } } }],
      },
      expect.objectContaining({ ruleId: 'invalid-manifest', level: 'error' }),
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('says in SARIF of what is in no file that the run was not whole: a result needs a place', async () => {
    const { out } = await linted(advised, ['nowhere.yaml', '-o', 'sarif']);
    expect(JSON.parse(out).runs[0]).toMatchObject({
      results: [],
      invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] }],
    });
  });

  test("writes an issue of Azure's for each finding, and no file ends its command early", async () => {
    const { out } = await linted({ 'a;type=error]50%.yaml': POD('web') }, ['.', '-o', 'azure']);
    expect(out).toMatch(
      /^##vso\[task\.logissue type=warning;sourcepath=a%3Btype=error%5D50%AZP25\.yaml;linenumber=7;code=floating-image;\]Pod web, [^\r\n]*$/,
    );
  });

  test('writes text that no agent executes', async () => {
    const { out } = await linted({ 'a.yaml': POD('"##vso[task.complete]x"') }, ['.']);
    expect(out).not.toContain('##vso[');
    expect(out).toContain('task.complete');
  });
});
