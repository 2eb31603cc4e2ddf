import type { Time } from '../model/time.ts';

/** Limits of one exchange in seconds; `silence` is between two pieces of the body, `whole` is from its first to its last: a drop at a time is no silence. */
export interface Bounds {
  readonly answerSeconds: number;
  readonly silenceSeconds: number;
  readonly wholeSeconds?: number;
  readonly signal?: AbortSignal;
}

/** The longest that one answer may take to come in: ten megabytes over a line of one megabit take less. */
export const WHOLE_SECONDS = 120;

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
export function openPatience(time: Time, { answerSeconds, silenceSeconds, wholeSeconds, signal }: Bounds): Patience {
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
    whileHeard: body =>
      heard(body, {
        wait: () => within(silenceSeconds, 'UND_ERR_BODY_TIMEOUT'),
        begin: () => (wholeSeconds === undefined ? () => undefined : within(wholeSeconds, 'UND_ERR_BODY_TIMEOUT')),
      }),
  };
}

/** What is started for a body, each with what ends it: once, and anew for each piece. */
interface Hearing {
  begin(): () => void;
  wait(): () => void;
}

async function* heard(body: AsyncIterable<Uint8Array>, { begin, wait }: Hearing): AsyncGenerator<Uint8Array> {
  const ended = begin();
  let came = wait();
  try {
    for await (const chunk of body) {
      came();
      yield chunk;
      came = wait();
    }
  } finally {
    came();
    ended();
  }
}
