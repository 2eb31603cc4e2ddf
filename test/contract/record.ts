/** Records what a real control plane answers: `KUBECONFIG=... tsx test/contract/record.ts`. */
import { writeFileSync } from 'node:fs';
import { kubectlProxy } from './proxy.ts';
import { runScenario } from './run.ts';
import { scenarios } from './scenarios.ts';

async function main(): Promise<void> {
  const proxy = await kubectlProxy();
  const recorded: Record<string, unknown> = {};
  let number = 0;
  for (const [name, scenario] of Object.entries(scenarios)) recorded[name] = await runScenario(proxy.server, scenario, ++number);
  proxy.stop();
  writeFileSync(new URL('recorded.json', import.meta.url), `${JSON.stringify(recorded, null, 1)}\n`);
}

main().catch(fault => {
  console.error(fault);
  process.exitCode = 1;
});
