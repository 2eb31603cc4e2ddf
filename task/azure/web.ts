/** Questions to Azure: few, small, within bounds, and asked again where the other side is busy. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Asking, Reply } from '../../src/cluster/ask.ts';
import { RolloutError } from '../../src/errors.ts';
import { record, text } from '../../src/manifests/json.ts';
import { parsedJson } from '../../src/model/json-path.ts';

/** What is asked. Without a body it is a GET. */
export interface Question {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Fields of an answer of Azure. */
export type Fields = Readonly<Record<string, unknown>>;

/** An answer with what it says; no fields where it is not JSON. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
}

const TRIES = 3;
const BUSY: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Asks up to three times. Throws UNREACHABLE where nothing answers, API_ERROR for an answer without end. */
export async function answerTo(asking: Asking, { address, headers, body }: Question): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const reply = await asking
      .ask(address, headers, body === undefined ? undefined : { method: 'POST', text: body })
      .catch((error: unknown) => {
        if (tried < TRIES && error instanceof RolloutError && error.code === 'UNREACHABLE') return null;
        throw error;
      });
    if (reply !== null && (tried === TRIES || !BUSY.includes(reply.status))) return read(reply);
    await wait(tried * 500);
  }
}

const read = ({ status, body }: Reply): Answer => ({ status, fields: record(parsedJson(body)) });

/** A text of an answer, or null. */
export const textOf = (value: unknown): string | null => text(value) || null;
