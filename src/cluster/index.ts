import type { Capabilities } from '../model/capabilities.ts';
import type { Cluster } from '../model/kube.ts';
import type { ProbedCluster } from '../model/probe.ts';
import type { Time } from '../model/time.ts';
import type { Access } from './access.ts';
import type { Api } from './api.ts';
import { apply } from './apply.ts';
import { capabilitiesOf } from './capabilities.ts';
import { machineTime } from './clock.ts';
import { type LoginInstead, openCredentials } from './credentials.ts';
import { openDiscovery } from './discovery.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { openPages } from './page.ts';
import { askPod } from './pod-answer.ts';
import { readLog } from './pod-log.ts';
import { openPodWay } from './pod-way.ts';
import { checkedProxy } from './proxy.ts';
import { get, list } from './reads.ts';
import { openRequests, type Requests } from './requests.ts';
import { review } from './review.ts';
import { trace } from './trace.ts';
import type { Transport } from './transport.ts';
import { openWarnings } from './warnings.ts';
import { watch } from './watch.ts';
import type { AgentProxy } from './web.ts';
import { create, patch, remove, replace } from './writes.ts';
import { openWritten } from './written.ts';

export type { LoginInstead } from './credentials.ts';

/** How to reach a cluster. */
export interface Connection {
  /** A path, or the YAML or JSON text itself; null: `KUBECONFIG`, `~/.kube/config`, or the pod's service account. */
  readonly kubeconfig: string | null;
  /** Null: the current context. */
  readonly context: string | null;
  readonly skipTlsVerify: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The cluster's own `proxy-url` wins over the agent's proxy, and that one over the environment's. */
  readonly agentProxy?: AgentProxy | undefined;
  /** Logs in instead of a login command of the kubeconfig. */
  readonly loginInstead?: LoginInstead;
  /** The machine's own when absent. */
  readonly time?: Time;
  /** Carries the requests; undici's connections when absent. */
  readonly transport?: Transport;
  /** Called with every token, key and password before its first use. */
  onSecret(secret: string): void;
  /** Called with what the API server warns of, each text once. */
  onWarning?(text: string): void;
}

/** A cluster that can be spoken to. */
export interface Connected {
  readonly cluster: ProbedCluster;
  /** The context's namespace. */
  readonly namespace: string | null;
  /** The API server's URL. */
  readonly server: string;
  /** Reads a page behind the API server, as a pod's metrics are; throws FORBIDDEN, NOT_FOUND, UNREACHABLE, API_ERROR. */
  page(path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** What charts may ask of it; throws FORBIDDEN and what else the API server refuses. */
  capabilities(): Promise<Capabilities>;
  /** Ends all requests and connections. */
  close(): Promise<void>;
}

/**
 * Reads the kubeconfig, logs in and prepares the connection; the first request opens it. Throws INVALID_KUBECONFIG, TOKEN_EXPIRED and
 * LOGIN_FAILED.
 */
export async function connect(connection: Connection): Promise<Connected> {
  const read = await readKubeconfig(connection);
  const access = connection.skipTlsVerify ? { ...read, insecure: true, ca: null } : read;
  const requests = await open(access, connection);
  const way = openPodWay(text => connection.onWarning?.(text));
  const api = {
    requests,
    discovery: openDiscovery(requests),
    written: openWritten(requests.time),
    namespace: access.namespace ?? 'default',
  };
  return {
    cluster: {
      ...clusterOf(api),
      askPod: question => askPod(requests, way, question),
      logOf: program => readLog(requests, program),
      review: (kind, spec) => review(requests, kind, spec),
    },
    namespace: access.namespace,
    server: access.server,
    page: openPages(requests, way),
    capabilities: () => capabilitiesOf(requests),
    close: () => requests.close(),
  };
}

async function open(access: Access, connection: Connection): Promise<Requests> {
  const secrets = new Set<string>();
  const onSecret = (secret: string): void => {
    if (secret === '' || secrets.has(secret)) return;
    secrets.add(secret);
    connection.onSecret(secret);
  };
  const credentials = openCredentials(access.login, {
    environment: connection.environment,
    loginInstead: connection.loginInstead,
    onSecret,
  });
  const sources = {
    server: access.server,
    clusterProxy: access.proxyUrl,
    agentProxy: connection.agentProxy?.(access.server) ?? null,
    environment: connection.environment,
  };
  const time = connection.time ?? machineTime;
  const proxy = checkedProxy(sources);
  const dialling = connection.transport ?? dialled({ access, proxy, time });
  const [transport] = await Promise.all([dialling, credentials.current()]);
  const scrub = (text: string): string => [...secrets].reduce((sum, secret) => sum.replaceAll(secret, '***'), text);
  const hear = openWarnings(text => connection.onWarning?.(scrub(text)));
  return openRequests({ access, transport, credentials, time, scrub, hear, proxy });
}

/** Undici is loaded only now: it takes longer to start than everything else. */
async function dialled({ access, proxy, time }: { access: Access; proxy: string | null; time: Time }): Promise<Transport> {
  const { openTransport } = await import('./transport.ts');
  return openTransport(access, proxy, time);
}

function clusterOf(api: Api): Cluster {
  return {
    get: ref => get(api, ref),
    list: of => list(api, of),
    watch: (of, signal, only) => watch(api, { of, only }, signal),
    trace: of => trace(api, of),
    served: (apiVersion, kind) => api.discovery.find(apiVersion, kind),
    versions: (group, kind) => api.discovery.versions(group, kind),
    create: (object, options) => create(api, object, options),
    replace: (object, options) => replace(api, object, options),
    patch: (ref, operations, options) => patch(api, { ref, operations }, options),
    apply: (object, options) => apply(api, object, options),
    remove: (ref, options) => remove(api, ref, options),
    now: () => api.requests.clock.now(),
    time: api.requests.time,
  };
}
