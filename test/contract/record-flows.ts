/** Records what a real control plane is left with: `KUBECONFIG=... tsx test/contract/record-flows.ts`. */
import { writeFileSync } from 'node:fs';
import { kubectlProxy } from './proxy.ts';
import { runFlows } from './run-flow.ts';

async function main(): Promise<void> {
  const proxy = await kubectlProxy();
  const results = await runFlows({ server: proxy.server, kubeconfig: null }, 6);
  proxy.stop();
  writeFileSync(new URL('recorded-flows.json', import.meta.url), `${JSON.stringify(results, null, 1)}\n`);
}

main().catch(fault => {
  console.error(fault);
  process.exitCode = 1;
});
