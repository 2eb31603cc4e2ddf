import { describe, expect, test } from '@jest/globals';
import { proxyFor } from '../../src/cluster/proxy.ts';

const HTTPS = { HTTPS_PROXY: 'proxy.example.com:3128' };

function chosen(
  server: string,
  environment: Record<string, string>,
  more: { clusterProxy?: string; agentProxy?: string } = {},
): string | null {
  return proxyFor({ server, environment, clusterProxy: more.clusterProxy ?? null, agentProxy: more.agentProxy ?? null });
}

describe('the proxy', () => {
  test("of the cluster wins over the agent's, and that one over the environment's", () => {
    const both = { clusterProxy: 'http://a', agentProxy: 'http://b' };
    expect(chosen('https://kube.example.com', HTTPS, both)).toBe('http://a');
    expect(chosen('https://kube.example.com', HTTPS, { agentProxy: 'http://b' })).toBe('http://b');
    expect(chosen('https://kube.example.com', HTTPS)).toBe('http://proxy.example.com:3128');
    expect(chosen('http://kube.example.com', HTTPS)).toBeNull();
  });

  test.each([
    ['https://kube.example.com', 'example.com', true],
    ['https://kube.example.com', '.example.com', true],
    ['https://example.com', '.example.com', false],
    ['https://notexample.com', 'example.com', false],
    ['https://10.1.2.3:6443', '10.0.0.0/8', true],
    ['https://11.1.2.3:6443', '10.0.0.0/8', false],
    ['https://kube.example.com:6443', 'other, kube.example.com:6443', true],
    ['https://kube.example.com:6443', 'kube.example.com:443', false],
    ['https://[fd00::1]:6443', 'fd00::/8', true],
    ['https://kube.example.com', '*', true],
  ])('to %s with NO_PROXY %s is left out: %s', (server, exemptions, expected) => {
    expect(chosen(server, { ...HTTPS, NO_PROXY: exemptions }) === null).toBe(expected);
  });

  test('never stands before this machine itself', () => {
    expect(chosen('https://127.0.0.1:6443', HTTPS)).toBeNull();
  });
});
