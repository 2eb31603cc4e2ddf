/** Who is to hear of a run, from its beginning to its end. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { type Desk, openDesk } from '../bad-inputs/step.ts';

interface Heard {
  readonly status: string;
  readonly what: string;
  readonly text: string;
}

let desk: Desk;
let chat: Server;
let heard: Heard[] = [];
let answersWith = 200;

beforeAll(async () => {
  desk = await openDesk();
  chat = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
      heard.push(JSON.parse(Buffer.concat(parts).toString()));
      response.writeHead(answersWith).end();
    });
  });
  await new Promise<void>(done => chat.listen(0, '127.0.0.1', done));
});

beforeEach(() => {
  heard = [];
  answersWith = 200;
});

afterAll(async () => {
  await desk.close();
  chat.closeAllConnections();
  await new Promise(done => chat.close(done));
});

/** A canary's step with short waits, and its chat. */
const step = (inputs: RawInputs = {}) => {
  const notify = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook-of-the-team`;
  const quick = { 'traffic-delay': '0s', drain: '0s', timeout: '1m', 'baseline-and-canary-replicas': '1' };
  return desk.run({ inputs: { ...quick, notify, ...inputs } });
};

test('hears that a step begins, that it waits for a person and how he answers, and why it failed', async () => {
  const { code } = await step({ hold: '1s' });
  expect(code).toBe(1);
  expect(heard.map(({ status }) => status)).toEqual(['begun', 'waiting', 'failed']);
  expect(heard.map(({ what }) => what)).toEqual(Array(3).fill('deploy by a test'));
  const [, waiting, failed] = heard;
  expect(waiting?.text).toMatch(/^web waits for a person until .+ UTC\. Approve it: kubernetes-rollout approve -n default\. Refuse it: /);
  expect(failed?.text).toMatch(/^NOT_APPROVED: web: nobody approved the new version within 1 s/);
});

test('hears that a step is done, and nothing of a dry run', async () => {
  expect((await step({ 'dry-run': 'true' })).code).toBe(0);
  expect(heard).toEqual([]);
  expect((await step({ action: 'reject', percentage: '', 'baseline-and-canary-replicas': '' })).code).toBe(0);
  expect(heard.map(({ status }) => status)).toEqual(['begun', 'rejected']);
});

test('and a chat that takes nothing is a warning that does not tell its address', async () => {
  answersWith = 500;
  const { code, said } = await step();
  expect(code).toBe(0);
  expect(heard.map(({ status }) => status)).toEqual(['begun', 'deployed']);
  expect(said).toContain('warning: Notification (begun): it answers with status 500.');
  expect(said).not.toContain('hook-of-the-team');
});
