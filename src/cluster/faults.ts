import { RolloutError } from '../errors.ts';

const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

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
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|^ERR_(TLS|SSL)|ERR_OSSL|EPROTO/.test(code);
  return { code, untrusted, sent: !untrusted && !NEVER_SENT.includes(code) };
}

/** The code of an exception of Node or undici, or of what caused it: "ECONNREFUSED". */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('cause' in error && error.cause !== undefined) return codeOf(error.cause);
  return 'name' in error ? String(error.name) : 'UNKNOWN';
}

/** The error for a server that could not be reached. */
export function unreachable(server: string, fault: Fault): RolloutError {
  const { origin } = new URL(server);
  if (fault.untrusted) {
    const message = `The API server ${origin} is not trusted, or does not trust this client's certificate (${fault.code}).`;
    return new RolloutError(
      'UNREACHABLE',
      message,
      'Put its certificate authority into the kubeconfig, or set skip-tls-verify if you must.',
    );
  }
  const reason = WORDS.get(fault.code) ?? fault.code;
  const hint = 'Check the server in the kubeconfig, the network and the proxy settings (HTTPS_PROXY, NO_PROXY) of the agent.';
  return new RolloutError('UNREACHABLE', `The API server ${origin} cannot be reached: ${reason}.`, hint);
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ENOTFOUND', 'its name is unknown'],
  ['EAI_AGAIN', 'its name cannot be looked up'],
  ['ECONNRESET', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no answer to the connection within 10 s'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer to a request'],
  ['UND_ERR_BODY_TIMEOUT', 'the answer stopped half way'],
  ['TOO_LONG', 'an answer did not end'],
  ['UND_ERR_ABORTED', 'the proxy refused the tunnel'],
]);
