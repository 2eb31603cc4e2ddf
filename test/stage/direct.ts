/** The way to a simulated cluster of this process: its answers as values, without a network. What is about the network is tested by HTTP. */
import type { Reply, Transport } from '../../src/cluster/transport.ts';
import type { DirectAnswer, Simulation } from '../../src/simulation/index.ts';

/** Carries a client's requests; whatever is under way when it closes fails as a connection that was broken. */
export function directTransport({ ask }: Pick<Simulation, 'ask'>): Transport {
  const open = new Set<DirectAnswer>();
  let isClosed = false;
  const end = (answer: DirectAnswer, fault?: Error): void => {
    open.delete(answer);
    answer.end(fault);
  };
  return {
    send: async ({ method, path, body, contentType, accept = 'application/json' }, credential, { signal }) => {
      if (isClosed) throw broken();
      const own = Object.entries(credential.headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')] as const);
      const type = body === undefined ? {} : { 'content-type': contentType ?? 'application/json' };
      const headers = { accept, 'user-agent': 'kubernetes-rollout', ...type, ...Object.fromEntries(own) };
      const answer = await ask({ method, path, headers, body });
      open.add(answer);
      if (isClosed) end(answer, broken());
      signal?.addEventListener('abort', () => end(answer, broken()), { once: true });
      return replyOf(answer, () => open.delete(answer));
    },
    close: async () => {
      isClosed = true;
      for (const answer of [...open]) end(answer, broken());
    },
  };
}

const broken = (): Error => Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });

function replyOf({ code, headers, body }: DirectAnswer, done: () => void): Reply {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of body) yield Buffer.from(piece);
    done();
  }
  return { statusCode: code, headers, body: pieces() };
}
