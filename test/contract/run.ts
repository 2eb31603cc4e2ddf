/** Runs scenarios on an API server, each in a namespace of its own. */
import { contractApi, type Server } from './api.ts';
import type { Scenario } from './calls.ts';
import { normal } from './normal.ts';

/** What a scenario answers, normalised. */
export async function runScenario(server: Server, scenario: Scenario, number: number): Promise<unknown> {
  const namespace = `contract-${number}-${process.pid}`;
  const api = contractApi(server, namespace);
  const made = await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (made.code !== 201) throw new Error(`no namespace: ${JSON.stringify(made)}`);
  await api.until('/api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt', body => body.kind === 'ConfigMap');
  const result = await scenario(api);
  await api.send('DELETE', '/api/v1/namespaces/{ns}');
  return normal(result, namespace);
}
