/** Where numbers of the new version come from, by what the user asked for. */
import { resolve } from 'node:path';
import { type Sighted, sighting } from './actions/telling/sightings.ts';
import { type Meeting, NO_CERTIFICATE, openAsking } from './cluster/ask.ts';
import type { Connected } from './cluster/index.ts';
import { unfitFor } from './cluster/pem-content.ts';
import { readSmallFile } from './cluster/small-file.ts';
import type { AgentProxy } from './cluster/web.ts';
import { RolloutError } from './errors.ts';
import { numberOfScript } from './execute/commands/script-number.ts';
import type { Dialect } from './inputs/input.ts';
import { spelling } from './inputs/names.ts';
import { measureBy, type Sources } from './metrics/measure.ts';
import { podMetrics } from './metrics/pods.ts';
import { oneNumber, prometheusMetrics } from './metrics/prometheus.ts';
import { basic, prometheusBy } from './metrics/prometheus-access.ts';
import { numberOfWeb } from './metrics/web.ts';
import type { AskedPrometheus, Header, Metrics } from './model/metrics.ts';
import type { Inputs } from './model/request.ts';

/** A cluster with what is counted in it; connections to others than the API server are closed by themselves. */
export interface Measured extends Sighted {
  close(): Promise<void>;
}

/** What the platform brings for it: where files are, variables, the proxy of an agent, and who masks secrets. */
export interface Platform {
  readonly dialect: Dialect;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly agentProxy?: AgentProxy | undefined;
  readonly signal: AbortSignal;
  onSecret(secret: string): void;
}

/** Opens what the inputs name; throws INVALID_INPUT for a certificate that cannot be read. */
export async function measured(connected: Connected, inputs: Inputs, platform: Platform): Promise<Measured> {
  const { prometheus, webHeaders, metricsPort, metricsPath } = inputs;
  for (const secret of [...loginOf(prometheus), ...hidden([...webHeaders, ...(prometheus?.headers ?? [])])]) platform.onSecret(secret);
  const meeting = prometheus === null ? NO_CERTIFICATE : await meetingOf(prometheus, platform);
  const toPrometheus = openAsking(platform, meeting);
  const toWeb = openAsking(platform, NO_CERTIFICATE);
  const ask = prometheus && prometheusBy(prometheus, { ask: toPrometheus.ask, page: connected.page });
  const { cluster } = connected;
  const sources: Sources = {
    prometheus: async (_, query) => (ask ? await oneNumber(ask, query) : { kind: 'error', text: 'no Prometheus is given' }),
    web: (asked, address) => numberOfWeb(asked, address, { ask: toWeb.ask, headers: webHeaders }),
    script: (asked, command) => numberOfScript(asked, command, { time: cluster.time, signal: platform.signal }),
  };
  const podCounts = podMetrics(connected.page, { port: metricsPort, path: metricsPath });
  const metrics: Metrics = ask ? prometheusMetrics(ask) : podCounts;
  return {
    ...sighting({ ...cluster, metrics, podCounts, measure: measureBy(sources, cluster.now) }),
    close: async () => {
      await Promise.all([toPrometheus.close(), toWeb.close()]);
    },
  };
}

/** Nobody knows which header is a key; the tenant's name is none, and may be a word that the log is full of. */
const hidden = (headers: readonly Header[]): readonly string[] =>
  headers.filter(([name]) => name.toLowerCase() !== 'x-scope-orgid').map(([, value]) => value);

/** The password alone too, and what is sent of both. */
const loginOf = (asked: AskedPrometheus | null): readonly string[] =>
  [asked?.token, asked?.login, asked?.login?.replace(/^[^:]*:/, ''), asked?.login && basic(asked.login)].flatMap(secret => secret || []);

async function meetingOf(asked: AskedPrometheus, platform: Platform): Promise<Meeting> {
  const [ca, certificate, key] = await Promise.all([
    pemOf(asked, 'ca', platform),
    pemOf(asked, 'certificate', platform),
    pemOf(asked, 'key', platform),
  ]);
  const meeting = { ca, certificate, key };
  const unfit = unfitFor(meeting);
  if (unfit !== null) throw strange(unfit.part, unfit.why, platform);
  return meeting;
}

type Part = keyof Meeting;

async function pemOf(asked: AskedPrometheus, part: Part, platform: Platform): Promise<string | null> {
  const given = asked[part];
  if (given === null) return null;
  const text = given.includes('-----BEGIN ') ? given : await readSmallFile(resolve(platform.directory, given)).catch(() => null);
  if (text === null) throw strange(part, 'neither PEM (-----BEGIN ...) nor a file that can be read', platform);
  if (!/-----BEGIN [A-Z0-9 ]+-----/.test(text)) throw strange(part, 'the file holds no PEM (-----BEGIN ...)', platform);
  if (part === 'key') platform.onSecret(text);
  return text;
}

const strange = (part: Part, why: string, { dialect }: Platform): RolloutError =>
  new RolloutError(
    'INVALID_INPUT',
    `${spelling(`prometheus-${part}`, dialect)}: ${why}`,
    'Give the PEM text, or the path of a file with it.',
  );
