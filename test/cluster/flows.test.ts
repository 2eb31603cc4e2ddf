import { beforeAll, describe, expect, test } from '@jest/globals';
import { flowScenarios } from '../contract/flows.ts';
import { kubectlProxy } from '../contract/proxy.ts';
import recorded from '../contract/recorded-flows.json' with { type: 'json' };
import { type FlowResults, runFlows } from '../contract/run-flow.ts';
import { describeOnLab, servedSmi } from './lab/lab.ts';

/** What is recorded has the newest version of TrafficSplit. */
const describeRecorded = servedSmi === 'v1alpha4' ? describeOnLab : describe.skip;

describeRecorded('a flow on a real control plane', () => {
  let results: FlowResults;
  beforeAll(async () => {
    const proxy = await kubectlProxy();
    results = await runFlows({ server: proxy.server, kubeconfig: null }, 6).finally(() => proxy.stop());
  }, 900_000);

  test.each(Object.keys(flowScenarios))('still ends as recorded: %s', name => {
    expect(results[name]).toEqual((recorded as Readonly<Record<string, unknown>>)[name]);
  });
});
