/** Requests that somebody else has to answer who does not yet: a webhook, or the server of an API of its own, whose pods come up. */
import { RolloutError } from '../errors.ts';
import type { KubeObject } from '../model/kube.ts';
import { pause, type Session } from './session.ts';

/** How long it is left between two tries. */
const BETWEEN_SECONDS = 2;

/**
 * Who was asked and did not answer, in words for the log; null for every other error. A webhook that answers "no" is none: it says so itself.
 */
export function unanswered(error: unknown): string | null {
  if (!(error instanceof RolloutError) || error.code !== 'API_ERROR') return null;
  const webhook = /failed calling webhook "([^"]*)"/.exec(error.message);
  if (webhook) return `webhook ${webhook[1]}`;
  return /currently unable to handle the request|error trying to reach service/.test(error.message) ? 'the server of its API' : null;
}

/**
 * Sends a request, again and again while nobody answers who has to, within the timeout.
 * @throws RolloutError what the API server said last, with where to look.
 */
export async function untilAnswered<T>(session: Session, send: () => Promise<T>): Promise<T> {
  const { cluster, request, emit } = session;
  const began = cluster.time.elapsed();
  const { timeoutSeconds } = request.inputs;
  for (let told = ''; ; ) {
    try {
      return await send();
    } catch (error) {
      const who = unanswered(error);
      if (who === null || !(error instanceof RolloutError)) throw error;
      if (cluster.time.elapsed() - began + BETWEEN_SECONDS * 1000 > timeoutSeconds * 1000) throw asSilent(who, { error, timeoutSeconds });
      const text = `${who} does not answer: tried again for up to ${timeoutSeconds} s (${error.message})`;
      if (text !== told) emit({ type: 'progress', text });
      told = text;
    }
    await pause(session, BETWEEN_SECONDS);
  }
}

interface Silence {
  readonly error: RolloutError;
  readonly timeoutSeconds: number;
}

const asSilent = (who: string, { error, timeoutSeconds }: Silence): RolloutError =>
  new RolloutError(
    'API_ERROR',
    `${error.message} (tried for ${timeoutSeconds} s)`,
    `Check the pods of ${who}: its Service needs a ready one. Then run the same action again: it resumes from here.`,
    { cause: error },
  );

/** Whether these files bring what did not answer: a webhook that they configure, or the Service behind it. */
export function isBrought(files: readonly KubeObject[], error: unknown): boolean {
  if (unanswered(error) === null || !(error instanceof RolloutError)) return false;
  const { message } = error;
  return files.some(file => {
    const { name } = file.metadata;
    if (file.kind === 'Service') return message.includes(`service "${name}"`) || message.includes(`//${name}.`);
    return file.kind.endsWith('WebhookConfiguration') && namesOf(file).some(hook => message.includes(`webhook "${hook}"`));
  });
}

const namesOf = ({ webhooks }: KubeObject): readonly string[] =>
  Array.isArray(webhooks) ? webhooks.flatMap(({ name }: { readonly name?: unknown }) => (typeof name === 'string' ? [name] : [])) : [];
