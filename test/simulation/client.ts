/** A small client for tests of the simulated cluster. */
import type { Simulation } from '../../src/simulation/index.ts';

type Body = Record<string, unknown>;

/** Sends one request and answers its code and body. */
export async function send(
  simulation: Pick<Simulation, 'url' | 'token'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ code: number; body: Body }> {
  const response = await fetch(`${simulation.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${simulation.token}`,
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { code: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Body) : { text } };
}

/** A Deployment of pods with an image, and a Service of the same name. */
export async function workload(
  simulation: Simulation,
  name: string,
  { image, replicas = 2 }: { image: string; replicas?: number },
): Promise<void> {
  const labels = { app: name };
  const spec = { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }] };
  await send(simulation, 'POST', '/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
  await send(simulation, 'POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
}

/** A CRD with one version and no rules but its names; its status is written apart. */
export function definition(group: string, version: string, kind: string, plural: string): Body {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}
