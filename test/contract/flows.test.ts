import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulation, simulate, virtualClock } from '../../src/simulation/index.ts';
import { definition } from '../simulation/client.ts';
import { runsBy } from '../stage/time.ts';
import { flowScenarios } from './flows.ts';
import recorded from './recorded-flows.json' with { type: 'json' };
import { type FlowResults, runFlows } from './run-flow.ts';

let simulation: Simulation;
let results: FlowResults;
let stop: () => void;
beforeAll(async () => {
  const clock = virtualClock();
  simulation = await simulate({ clock, crds: [definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits') as never] });
  stop = runsBy(simulation, clock);
  results = await runFlows({ server: simulation, kubeconfig: simulation.kubeconfig }, 12);
});
afterAll(async () => {
  await simulation.close();
  stop();
});

test.each(Object.keys(flowScenarios))('ends on the simulated cluster as on the real one: %s', name => {
  expect(results[name]).toEqual((recorded as Readonly<Record<string, unknown>>)[name]);
});
