/** Requests one after the other in a few lines at once, and who answered each: fine enough to see when a data plane takes a write. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request: when it was sent (`performance.now()`), and what came; null: no answer, or none of 200. */
export interface Sent {
  readonly at: number;
  readonly answer: string | null;
}

/** Requests under way. */
export interface Watching {
  /** All that were answered since it began. */
  readonly sent: readonly Sent[];
  stop(): Promise<void>;
}

const LINES = 4;
const PAUSE_MILLISECONDS = 4;

/** Sends requests to an address with a Host header, over connections that stay open as a client's do, until it is stopped. */
export function watching(url: string, host: string): Watching {
  const agent = new Agent({ keepAlive: true, maxSockets: LINES });
  const sent: Sent[] = [];
  let over = false;
  const line = async (): Promise<void> => {
    while (!over) {
      const at = performance.now();
      sent.push({ at, answer: await ask(url, host, agent) });
      await sleep(PAUSE_MILLISECONDS);
    }
  };
  const lines = Array.from({ length: LINES }, line);
  return {
    sent,
    stop: async () => {
      over = true;
      await Promise.all(lines);
      agent.destroy();
    },
  };
}

function ask(url: string, host: string, agent: Agent): Promise<string | null> {
  return new Promise(resolve => {
    const asked = request(url, { agent, timeout: 10_000, headers: { host } }, answer => {
      const pieces: string[] = [];
      answer.on('data', piece => pieces.push(String(piece)));
      answer.on('error', () => resolve(null));
      answer.on('end', () => resolve(answer.statusCode === 200 ? pieces.join('') : null));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', () => resolve(null));
    asked.end();
  });
}
