/** Where numbers of the new version come from, by what the user asked for. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openAsking } from './cluster/ask.ts';
import type { Connected } from './cluster/index.ts';
import type { AgentProxy } from './cluster/web.ts';
import { RolloutError } from './errors.ts';
import { podMetrics } from './metrics/pods.ts';
import { prometheusMetrics } from './metrics/prometheus.ts';
import { headersOf, prometheusBy } from './metrics/prometheus-access.ts';
import type { AskedPrometheus, MeasuredCluster, Metrics } from './model/metrics.ts';
import type { Inputs } from './model/request.ts';

/** A cluster with what is counted in it; connections to others than the API server are closed by themselves. */
export interface Measured {
  readonly cluster: MeasuredCluster;
  close(): Promise<void>;
}

/** What the platform has for it. */
export interface Around {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly agentProxy?: AgentProxy | undefined;
  onSecret(secret: string): void;
}

/** Opens what the inputs name; throws INVALID_INPUT for a certificate that cannot be read. */
export async function measured(connected: Connected, inputs: Inputs, around: Around): Promise<Measured> {
  const { prometheus, metricsPort, metricsPath } = inputs;
  if (prometheus === null) {
    const metrics: Metrics = podMetrics(connected.page, { port: metricsPort, path: metricsPath });
    return { cluster: { ...connected.cluster, metrics }, close: async () => undefined };
  }
  const secrets = [prometheus.token, prometheus.login, prometheus.login?.replace(/^[^:]*:/, ''), ...Object.values(headersOf(prometheus))];
  for (const secret of secrets) if (secret) around.onSecret(secret.replace(/^(Basic|Bearer) /, ''));
  const [ca, certificate, key] = await Promise.all((['ca', 'certificate', 'key'] as const).map(name => pemOf(prometheus, name, around)));
  const asking = openAsking(around, { ca: ca ?? null, certificate: certificate ?? null, key: key ?? null });
  const metrics = prometheusMetrics(prometheusBy(prometheus, { ask: asking.ask, page: connected.page }));
  return { cluster: { ...connected.cluster, metrics }, close: asking.close };
}

async function pemOf(asked: AskedPrometheus, name: 'ca' | 'certificate' | 'key', { directory, onSecret }: Around): Promise<string | null> {
  const given = asked[name];
  if (given === null) return null;
  const text = given.includes('-----BEGIN ') ? given : await readFile(resolve(directory, given), 'utf8').catch(() => null);
  if (text === null || !/-----BEGIN [A-Z0-9 ]+-----/.test(text)) {
    throw new RolloutError(
      'INVALID_INPUT',
      `prometheus-${name}: ${text === null ? 'neither PEM (-----BEGIN ...) nor a file that can be read' : 'the file holds no PEM (-----BEGIN ...)'}`,
      'Give the PEM text, or the path of a file with it.',
    );
  }
  if (name === 'key') onSecret(text);
  return text;
}
