import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Proxy as KubectlProxy, kubectlProxy } from '../contract/proxy.ts';
import recorded from '../contract/recorded.json' with { type: 'json' };
import { runScenario } from '../contract/run.ts';
import { scenarios } from '../contract/scenarios.ts';

let proxy: KubectlProxy;
beforeAll(async () => {
  proxy = await kubectlProxy();
});
afterAll(() => proxy.stop());

test.each(Object.keys(scenarios).map((name, i) => [name, i + 1] as const))('the real API server still does: %s', async (name, number) => {
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  expect(await runScenario(proxy.server, scenario, number)).toEqual((recorded as Record<string, unknown>)[name]);
});
