/** Bad inputs as data, each given to a whole step: it is red in its own words, names what is at fault, and writes nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FaultProxy, faultProxy } from '../fakes/fault-proxy.ts';
import { badAnswers } from './answers.ts';
import { type BadConnection, badConnections, kubeconfigOf, slowConnections } from './connections.ts';
import { badFiles } from './files.ts';
import { badEntries, badImages, badInputs, badMatches, badTimes } from './inputs.ts';
import { badKubeconfigs } from './kubeconfigs.ts';
import { badLines } from './lines.ts';
import { badLocals } from './local.ts';
import { badPages, servePages } from './pages.ts';
import { badRecords } from './records.ts';
import { badReleases } from './released.ts';
import { badRendered, onPath, unrendered } from './rendered.ts';
import { type Desk, type Given, openDesk } from './step.ts';

let desk: Desk;
let pages: Awaited<ReturnType<typeof servePages>>;
beforeAll(async () => {
  desk = await openDesk();
  pages = await servePages();
});
afterAll(async () => {
  pages.close();
  await desk.close();
});

/** A step with this is refused by the code and the words, whatever it is. */
async function isRefused(given: Given, code: string, says: RegExp | string): Promise<void> {
  const ended = await desk.run(given);
  expect([ended.outputs.code, ended.said]).toEqual([code, expect.stringMatching(says)]);
  expect(ended).toMatchObject({ code: 1, isUntouched: true });
  expect(ended.said).not.toMatch(/\n {4}at |This is a bug|hunter2|87654321/);
  expect(ended.said.length).toBeLessThan(8000);
}

const quoted = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const cut = (value: string): readonly [string, string] => [value.slice(0, 40), value];

test('the table is long enough to stand for the kinds', () => {
  const lists = [
    badFiles,
    badInputs,
    badLines,
    badLocals,
    badImages,
    badTimes,
    badMatches,
    badEntries,
    badKubeconfigs,
    badAnswers,
    badReleases,
    badRecords,
  ];
  const rows = lists.reduce((sum, list) => sum + list.length, badPages.size + badConnections.size + slowConnections.size);
  expect(rows).toBeGreaterThan(750);
});

describe('a file', () => {
  test.each(badFiles)('with %s is refused with its place', (_, file, names) => isRefused({ file }, 'INVALID_MANIFEST', names));
  test.each(badReleases)('with %s is refused with its place by the cluster', (_, file, code, says) => isRefused({ file }, code, says));
});

describe('an input', () => {
  test.each(badInputs)('%s: %s is refused by its name', (name, value) =>
    isRefused({ inputs: { [name]: value } }, 'INVALID_INPUT', quoted(name)),
  );
  test.each(badLines)('%s: %s is refused by its name and nothing else', (name, value, beside) =>
    isRefused({ inputs: { ...beside, [name]: value } }, 'INVALID_INPUT', new RegExp(`One input is wrong:\\s+--${name}: `)),
  );
  test.each(badImages.map(cut))('images: %s is refused', (_, images) => isRefused({ inputs: { images } }, 'INVALID_INPUT', /image/));
  test.each(badTimes.map(cut))('timeout: %s is refused by its name', (_, timeout) =>
    isRefused({ inputs: { timeout } }, 'INVALID_INPUT', /--timeout: .* is not allowed; allowed: a time/s),
  );
  test.each(badMatches.map(cut))('match: %s is refused by its name', (_, match) =>
    isRefused({ inputs: { strategy: 'ab', percentage: '', match } }, 'INVALID_INPUT', /--match: .* is not allowed; allowed: /s),
  );
  test.each(badEntries.map(([entry, says]) => [...cut(entry), says] as const))('manifests: %s leads to no file', (_, manifests, says) =>
    isRefused({ inputs: { manifests } }, says.source.startsWith('No ') ? 'NOTHING_TO_DEPLOY' : 'INVALID_MANIFEST', says),
  );
});

describe('a file of the machine', () => {
  test.each(badLocals)('%s is told before anything is contacted', (_, files, inputs, says) =>
    isRefused({ files, inputs }, 'INVALID_INPUT', says),
  );
});

describe('a directory to be rendered', () => {
  test.each(badRendered)('%s is refused with its place', (_, files, inputs, says, code = 'INVALID_MANIFEST') =>
    onPath('fakes', () => isRefused({ files, inputs }, code, says)),
  );
  test.each(unrendered)('%s without the program is refused with the pipe that does the same', (_, files, inputs, says) =>
    onPath('none', () => isRefused({ files, inputs }, 'INVALID_MANIFEST', says)),
  );
});

describe('an address', () => {
  test.each([...badPages].map(([name, [, says]]) => [name, says] as const))('that answers as %s is refused by it', (name, says) =>
    isRefused({ inputs: { manifests: `${pages.url}/${name}` } }, name === 'empty' ? 'NOTHING_TO_DEPLOY' : 'INVALID_MANIFEST', says),
  );
  test.each([
    ['http://user:hunter2@127.0.0.1:1/', 'the connection was refused'],
    ['http://127.0.0.1:1/?token=hunter2', 'the connection was refused'],
    ['http://user:hunter2%@127.0.0.1:1/', 'write a % in its user or password as %25'],
  ])('%s is refused without its secret', (manifests, says) => isRefused({ inputs: { manifests } }, 'INVALID_MANIFEST', quoted(says)));
});

const connecting = ({ user, cluster, server }: BadConnection): Given => {
  const { url, token } = desk.simulation;
  const to = server === undefined ? url : server === 'https' ? url.replace('http:', 'https:') : server;
  return { kubeconfig: kubeconfigOf(to, user ?? { token }, cluster) };
};

describe('a kubeconfig', () => {
  test.each(badKubeconfigs)('with %s is refused as such', (_, kubeconfig) => isRefused({ kubeconfig }, 'INVALID_KUBECONFIG', /./));
  test.each([...badConnections])('with %s is refused by who is at fault', (_, bad) => isRefused(connecting(bad), bad.code, bad.says));
  test('that leads nowhere is refused by who is at fault', async () => {
    await Promise.all([...slowConnections.values()].map(bad => isRefused(connecting(bad), bad.code, bad.says)));
  });
});

describe('a server', () => {
  let proxy: FaultProxy;
  let answerTo: (path: string) => (typeof badAnswers)[number][1] = () => 'lost';
  beforeAll(async () => {
    proxy = await faultProxy({
      ask: desk.simulation.ask,
      after: async () => undefined,
      faultOf: ({ path }) => answerTo(path),
    });
  });
  afterAll(() => proxy.close());
  test.each(badAnswers.map(([what, answer, code, says, list = null]) => [what, answer, code, says, list] as const))(
    'that answers with %s is refused by it',
    async (_, answer, code, says, list) => {
      answerTo = path => (list && path.includes('/namespaces') ? list : answer);
      await isRefused({ kubeconfig: kubeconfigOf(proxy.url, { token: 'hunter2' }) }, code, says);
    },
  );
});

describe('a record', () => {
  test.each(badRecords)('whose %s is %s cannot be read, and is told by the field', (path, _, read) => {
    expect(read()).toEqual({ state: 'broken', why: expect.stringContaining(path) });
  });
});
