import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openAsking } from '../../src/cluster/ask.ts';
import { fetchThrough } from '../../src/cluster/web.ts';
import type { Time } from '../../src/model/time.ts';
import { type AnsweringProxy, answeringProxy } from '../fakes/proxy.ts';

const page = 'http://files.example/web.yaml';
let proxy: AnsweringProxy;
beforeEach(async () => {
  proxy = await answeringProxy({ [page]: 'kind: Service', 'http://files.example/moved.yaml': { to: page } });
});
afterEach(() => proxy.close());

const text = async (address: string, way: Parameters<typeof fetchThrough>[0]): Promise<string> => (await fetchThrough(way)(address)).text();

describe('a file on the web', () => {
  test('is fetched through the proxy of the environment', async () => {
    expect(await text(page, { environment: { HTTP_PROXY: proxy.url } })).toBe('kind: Service');
    expect(proxy.asked).toEqual([page]);
  });

  test('is fetched through the agent’s proxy, where a redirection leads too', async () => {
    const agentProxy = (address: string): string | null => (address.startsWith('http://files.example') ? proxy.url : null);
    expect(await text('http://files.example/moved.yaml', { environment: {}, agentProxy })).toBe('kind: Service');
    expect(proxy.asked).toEqual(['http://files.example/moved.yaml', page]);
  });

  test('under https is asked for by a tunnel', async () => {
    await expect(text('https://files.example/web.yaml', { environment: { HTTPS_PROXY: proxy.url } })).rejects.toThrow();
    expect(proxy.asked).toEqual(['CONNECT files.example:443']);
  });

  test('of a server that NO_PROXY names is fetched from there', async () => {
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: 'files.example' };
    await expect(text(page, { environment })).rejects.toThrow('fetch failed');
    expect(proxy.asked).toEqual([]);
  });
});

describe('a server that means no good', () => {
  const causeOf = async (answer: RequestListener, time?: Time): Promise<string> => {
    const server = createServer(answer);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      const { status } = await fetchThrough({ environment: {}, ...(time ? { time } : {}) })(`http://127.0.0.1:${port}/web.yaml`);
      return String(status);
    } catch (error) {
      return String((error as { cause: { code: string } }).cause.code);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  test.each(['gzip', 'br', 'deflate'])('and whose Content-Encoding %s is a lie gets a refusal', async encoding => {
    const cause = await causeOf((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end('kind: Service'));
    expect(cause).toBe('its content does not match its Content-Encoding');
  });

  test('and packs 40 MB into little gets a refusal', async () => {
    const packed = gzipSync(Buffer.alloc(40_000_000));
    expect(await causeOf((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed))).toBe('more than 32 MB');
  });

  test('and sends without an end gets a refusal', async () => {
    const cause = await causeOf((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1_000_000)));
      };
      response.on('drain', more);
      more();
    });
    expect(cause).toBe('more than 32 MB');
  });

  /** A time of which a minute passes once the server has begun to answer; what it was asked for. */
  function minuteBehind(begun: Promise<void>): Time & { readonly limits: readonly number[] } {
    const limits: number[] = [];
    const after: Time['after'] = (milliseconds, task) => {
      limits.push(milliseconds);
      let isOver = false;
      void begun.then(() => (isOver ? undefined : task()));
      return () => {
        isOver = true;
      };
    };
    return { elapsed: () => 0, after, limits };
  }

  test.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['stops in the middle of its answer', (_, response) => void response.writeHead(200).write('kind: ')],
  ])('and %s is waited for no longer than a minute', async (_, answer) => {
    let resolve = (): void => undefined;
    const begun = new Promise<void>(done => {
      resolve = done;
    });
    const time = minuteBehind(begun);
    const cause = await causeOf((request, response) => {
      answer(request, response);
      resolve();
    }, time);
    expect([cause, time.limits]).toEqual(['not there within 60 s', [60_000]]);
  });

  test('and redirects in a circle, or to a file of this machine, gets a refusal', async () => {
    const circle = await causeOf(({ url }, response) => response.writeHead(302, { location: url ?? '' }).end());
    expect(circle).toBe('more than 5 redirections');
    const local = await causeOf((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect(local).toContain('redirected to file:');
  });
});

describe('a server that is asked', () => {
  const meeting = { ca: null, certificate: null, key: null };
  const reply = async (answer: RequestListener) => {
    const server = createServer(answer);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const asking = openAsking({ environment: {} }, meeting);
    try {
      return await asking.ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/q?x=1`, { 'x-scope-orgid': 'shop' });
    } finally {
      await asking.close();
      server.closeAllConnections();
      server.close();
    }
  };

  test('hears who asks, and is taken at its word whatever the status', async () => {
    const heard = await reply(({ url, headers }, response) => response.writeHead(422).end(`${url} ${headers['x-scope-orgid']}`));
    expect(heard).toEqual({ status: 422, body: '/q?x=1 shop' });
  });

  test('gets no login carried on to where it redirects', async () => {
    expect(await reply((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())).toMatchObject({ status: 302 });
  });

  test('and answers without end is left', async () => {
    await expect(reply((_, response) => void response.writeHead(200).end(Buffer.alloc(5_000_001)))).rejects.toThrow('more than 5 MB');
  });

  test('that is not there is told in words', async () => {
    const asking = openAsking({ environment: {} }, meeting);
    await expect(asking.ask('http://127.0.0.1:1/', {})).rejects.toThrow('http://127.0.0.1:1 refuses the connection');
    await asking.close();
  });

  test('is asked by way of the proxy', async () => {
    const asking = openAsking({ environment: { HTTP_PROXY: proxy.url } }, meeting);
    expect(await asking.ask(page, {})).toEqual({ status: 200, body: 'kind: Service' });
    await asking.close();
  });
});
