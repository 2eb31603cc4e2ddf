import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fetchThrough } from '../../src/cluster/web.ts';
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
