import { RolloutError } from '../errors.ts';

const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'PROXY_CLOSED'];

/** Where requests go: the API server's URL, and the one of the proxy in between, or null. */
export interface Route {
  readonly server: string;
  readonly proxy: string | null;
}

/** A failure below HTTP. `untrusted`: the certificate, which no retry can help. `sent`: the request may have arrived. */
export interface Fault {
  readonly code: string;
  readonly untrusted: boolean;
  readonly sent: boolean;
}

/** What an exception of the transport means; throws it again when it is none of the network but a defect of the program. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  if (code === 'TypeError' || code === 'ReferenceError') throw error;
  const untrusted = isUntrusted(code);
  return { code, untrusted, sent: !untrusted && !NEVER_SENT.includes(code) };
}

/** Whether a code is one of certificates: theirs or ours is not accepted. */
export const isUntrusted = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|^ERR_(TLS|SSL)|ERR_OSSL|EPROTO/.test(code);

/** The code of an exception of Node or undici, or of what caused it: "ECONNREFUSED". */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  const { errors, code, cause, name = 'UNKNOWN' }: Partial<Record<'errors' | 'code' | 'cause' | 'name', unknown>> = error;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  if (typeof code === 'string') return code;
  return cause === undefined ? String(name) : codeOf(cause);
}

/** The error for a server that could not be reached; `proxy` is the URL of the one in between, or null. */
export function unreachable({ server, proxy }: Route, fault: Fault): RolloutError {
  const { origin } = new URL(server);
  if (proxy !== null && (fault.code === 'UND_ERR_ABORTED' || NEVER_SENT.includes(fault.code))) return behindProxy(origin, proxy, fault);
  if (fault.code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return new RolloutError(
      'UNREACHABLE',
      `The API server ${origin} does not speak TLS.`,
      'Check its port, and whether it is http instead of https.',
    );
  if (fault.untrusted) {
    const message = `The API server ${origin} is not trusted, or does not trust this client's certificate (${fault.code}).`;
    return new RolloutError('UNREACHABLE', message, 'Add its certificate authority to the kubeconfig, or set skip-tls-verify if you must.');
  }
  const hint = 'Check the server in the kubeconfig, the network and the proxy settings (HTTPS_PROXY, NO_PROXY) of the agent.';
  return new RolloutError('UNREACHABLE', `The API server ${origin} cannot be reached: ${wordsOf(fault.code)}.`, hint);
}

/** What a code of Node or undici means; one that is not known stands for itself. */
export function wordsOf(code: string): string {
  return WORDS.get(code) ?? code;
}

function behindProxy(origin: string, proxy: string, { code }: Fault): RolloutError {
  const { protocol, host } = new URL(proxy);
  const what = REFUSALS.get(code) ?? `cannot be reached: ${wordsOf(code)}`;
  return new RolloutError(
    'UNREACHABLE',
    `The proxy ${protocol}//${host} in front of the API server ${origin} ${what}.`,
    'Check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY, and the proxy of the agent.',
  );
}

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_ABORTED', 'refuses the connection'],
  ['PROXY_CLOSED', 'closes the connection when asked to connect there'],
]);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ENOTFOUND', 'its host name is unknown'],
  ['EAI_AGAIN', 'its host name cannot be resolved'],
  ['ECONNRESET', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer to the connection within 10 s'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer to a request'],
  ['UND_ERR_BODY_TIMEOUT', 'the answer broke off'],
  ['TOO_LONG', 'an answer did not end'],
  ['HTTPParserError', 'it does not speak HTTP'],
  ['UND_ERR_ABORTED', 'the proxy refused the tunnel'],
]);
