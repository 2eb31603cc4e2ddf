/** A request that is never answered, as over a connection that is half open. */
import { expect, test } from '@jest/globals';
import { type Bounds, openPatience } from '../../src/cluster/patience.ts';
import { type Call, type Line, openRequests } from '../../src/cluster/requests.ts';
import type { Time } from '../../src/model/time.ts';

const call = (method: Call['method']): Call => ({
  method,
  path: '/',
  repeatable: method === 'GET',
  about: { verb: 'get', group: '', resource: 'configmaps', kind: 'ConfigMap', namespace: 'demo', name: 'c' },
});

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Time that only the waits of a line move on; a request is answered only after so many that were not. */
function line(unanswered: number) {
  let now = 0;
  const bounds: Bounds[] = [];
  const time: Time = {
    elapsed: () => now,
    after: (milliseconds, task) => {
      now += milliseconds;
      queueMicrotask(task);
      return () => undefined;
    },
  };
  const transport: Line['transport'] = {
    send: async (_, __, given) => {
      bounds.push(given);
      if (bounds.length > unanswered) return { statusCode: 200, headers: {}, body: bodyOf('{"answered":true}') };
      now += given.answerSeconds * 1000;
      throw Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    },
    close: async () => undefined,
  };
  const credentials = { current: async () => ({ headers: {}, certificate: null }), renewed: async () => null };
  const given = {
    access: { server: 'https://api.example' },
    transport,
    credentials,
    scrub: (text: string) => text,
    hear: () => undefined,
    time,
  };
  return { requests: openRequests(given as unknown as Line), bounds, elapsed: () => now };
}

test('a read is tried again after 15 s, also when it is the first of all', async () => {
  const { requests, bounds, elapsed } = line(1);
  expect(await requests.json(call('GET'))).toEqual({ answered: true });
  expect(bounds.map(({ answerSeconds }) => answerSeconds)).toEqual([15, 15]);
  expect(elapsed()).toBeLessThan(16_000);
});

test('a read that nobody answers fails within three quarters of a minute', async () => {
  const { requests, elapsed } = line(99);
  await expect(requests.json(call('GET'))).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('no answer') });
  expect(elapsed()).toBeLessThan(50_000);
});

test('a body that comes a drop at a time breaks off, though it is never silent', async () => {
  let now = 0;
  const due = new Map<() => void, number>();
  const time: Time = {
    elapsed: () => now,
    after: (milliseconds, task) => {
      due.set(task, now + milliseconds);
      return () => void due.delete(task);
    },
  };
  const patience = openPatience(time, { answerSeconds: 15, silenceSeconds: 15, wholeSeconds: 120 });
  const drops = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      now += 10_000;
      for (const [task, at] of due) if (at <= now) task();
      patience.signal.throwIfAborted();
      yield Buffer.from(' ');
    }
  };
  const reading = (async () => {
    for await (const _ of patience.whileHeard(drops()));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
  expect(now).toBe(120_000);
});
