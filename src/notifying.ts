/** Whoever is to hear of a run hears of it: when it begins, when it waits for a person, how it ended. */
import { NO_CERTIFICATE, openAsking } from './cluster/ask.ts';
import type { AgentProxy } from './cluster/web.ts';
import type { Request } from './model/request.ts';
import { formatOf, type Notice, postingOf } from './report/notification.ts';

/** Tells of one moment of a run, behind those before it. */
export type Notify = (notice: Pick<Notice, 'status' | 'text'>) => Promise<void>;

/** What telling needs beside the run. */
export interface Teller {
  /** Takes secrets out of a text. */
  harmless(text: string): string;
  warn(text: string): void;
}

/** Tells who is to hear of a run; what cannot be told is a warning. */
export function notifier(
  { agentProxy }: { readonly agentProxy?: AgentProxy },
  { harmless, warn }: Teller,
  { inputs, run }: Request,
): Notify {
  const { notify: address, notifyFormat } = inputs;
  if (address === null || inputs.dryRun) return async () => undefined;
  const what = `${inputs.action} by ${run.name}`;
  let sent: Promise<void> = Promise.resolve();
  const send: Notify = async ({ status, text }) => {
    const notice = { status, what, text: harmless(text), url: run.url ?? null, at: Date.now() };
    const asking = openAsking({ agentProxy, environment: process.env }, NO_CERTIFICATE);
    const { address: to, headers, body } = postingOf(address, notifyFormat ?? formatOf(address), notice);
    const fault = await asking.ask(to, headers, { method: 'POST', text: body }).then(
      reply => (reply.status < 300 ? null : `it answers with status ${reply.status}`),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await asking.close();
    if (fault !== null) warn(`Notification (${status}): ${fault}.`);
  };
  return notice => {
    sent = sent.then(() => send(notice));
    return sent;
  };
}
