import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulation, simulate, virtualClock } from '../../src/simulation/index.ts';
import recorded from './recorded.json' with { type: 'json' };
import { runScenario } from './run.ts';
import { scenarios } from './scenarios.ts';

let simulation: Simulation;
let stopTime: () => void;
beforeAll(async () => {
  const clock = virtualClock(Date.now());
  stopTime = clock.run();
  simulation = await simulate({ clock });
});
afterAll(async () => {
  stopTime();
  await simulation.close();
});

test.each(Object.keys(scenarios).map((name, i) => [name, i + 1] as const))(
  'simulated as the real API server does: %s',
  async (name, number) => {
    const scenario = scenarios[name];
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { url, token } = simulation;
    expect(await runScenario({ url, token }, scenario, number)).toEqual((recorded as Record<string, unknown>)[name]);
  },
);
