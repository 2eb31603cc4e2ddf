/** Requests at an even rate, and how many of them failed: no answer within ten seconds, or one of 5xx. */
import { request } from 'node:http';

/** What became of the requests so far. */
export interface Tally {
  readonly sent: number;
  readonly failed: number;
}

/** A hundred requests a second to an address, until `stop`, which waits for the answers that are still due. */
export function sending(url: string): { readonly tally: () => Tally; stop(): Promise<Tally> } {
  const began = performance.now();
  const due = new Set<Promise<void>>();
  let [sent, failed] = [0, 0];
  const timer = setInterval(() => {
    for (; sent < (performance.now() - began) / 10; sent++) {
      const answer = isAnswered(url).then(isGood => {
        if (!isGood) failed++;
        due.delete(answer);
      });
      due.add(answer);
    }
  }, 10);
  return {
    tally: () => ({ sent, failed }),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(due);
      return { sent, failed };
    },
  };
}

function isAnswered(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const sent = request(url, { agent: false, timeout: 10_000 }, answer => {
      answer.resume();
      answer.on('end', () => resolve((answer.statusCode ?? 500) < 500));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', () => resolve(false));
    sent.end();
  });
}
