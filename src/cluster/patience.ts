import type { Time } from '../model/time.ts';

/** Limits of one exchange in seconds; `silence` is between two pieces of the body. */
export interface Bounds {
  readonly answerSeconds: number;
  readonly silenceSeconds: number;
  readonly signal?: AbortSignal;
}

/** How long one exchange is waited for; its request ends with `signal`. */
export interface Patience {
  readonly signal: AbortSignal;
  /** The answer, or the exception of a request that was not answered in time. */
  untilAnswered<T>(answer: Promise<T>): Promise<T>;
  /** The body, which breaks when nothing of it comes for too long. */
  whileHeard(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** An end of all patience; `cancel` when there is nothing to wait for any more. */
export function openDeadline(time: Time, milliseconds: number): { readonly signal: AbortSignal; cancel(): void } {
  const over = new AbortController();
  return { signal: over.signal, cancel: time.after(milliseconds, () => over.abort()) };
}

/** Undici's own limits are kept by the machine's clock alone, to the second: these are kept by the time that all else waits by. */
export function openPatience(time: Time, { answerSeconds, silenceSeconds, signal }: Bounds): Patience {
  const over = new AbortController();
  const within = (seconds: number, code: string): (() => void) =>
    time.after(seconds * 1000, () => over.abort(Object.assign(new Error('no answer in time'), { code })));
  return {
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    untilAnswered: async answer => {
      const answered = within(answerSeconds, 'UND_ERR_HEADERS_TIMEOUT');
      try {
        return await answer;
      } finally {
        answered();
      }
    },
    whileHeard: body => heard(body, () => within(silenceSeconds, 'UND_ERR_BODY_TIMEOUT')),
  };
}

async function* heard(body: AsyncIterable<Uint8Array>, wait: () => () => void): AsyncGenerator<Uint8Array> {
  let came = wait();
  try {
    for await (const chunk of body) {
      came();
      yield chunk;
      came = wait();
    }
  } finally {
    came();
  }
}
