/** A dry run's summary as one comment on the pull request that the run is of. */
import { NO_CERTIFICATE, openAsking } from './cluster/ask.ts';
import type { AgentProxy } from './cluster/web.ts';
import type { Request } from './model/request.ts';
import { commentOf, markerOf } from './report/comment.ts';
import { azureComments } from './runs/azure-comments.ts';
import type { Comments, Send } from './runs/comments.ts';
import { githubComments } from './runs/github-comments.ts';
import type { PullRequest } from './runs/pull-request.ts';

/** Where a platform has pull requests; `token` is the job's own, null where it has none. */
export interface Reviewing {
  readonly at: PullRequest;
  readonly token: string | null;
}

/** What commenting needs beside the run. */
export interface Commenting {
  readonly agentProxy?: AgentProxy | undefined;
  /** Null: the run is of no pull request. */
  readonly reviewing: Reviewing | null;
  warn(text: string): void;
  inform(text: string): void;
}

/** Writes the summary where the inputs ask for it. What cannot be written is a warning: the dry run itself has ended. */
export async function commentOn(summary: string | null, request: Request, commenting: Commenting): Promise<void> {
  const { comment, dryRun, githubToken } = request.inputs;
  const { reviewing, warn, inform } = commenting;
  if (!comment || !dryRun || summary === null) return;
  if (reviewing === null) return inform('comment: this run is of no pull request, so that there is nothing to comment on.');
  const { at } = reviewing;
  const comments = at.on === 'github' ? githubComments(at) : azureComments(at);
  const token = (at.on === 'github' ? githubToken : null) ?? reviewing.token;
  if (token === null) return warn(`comment: the step has no token to comment with: ${comments.tokenHint}.`);
  const fault = await written(summary, request, { ...commenting, comments, token });
  if (fault !== null) warn(`comment: ${fault}.`);
}

interface Writing extends Commenting {
  readonly comments: Comments;
  readonly token: string;
}

/** Null, or what keeps the comment from being written. */
async function written(summary: string, { inputs, run, namespace }: Request, { comments, token, agentProxy }: Writing) {
  const marker = markerOf({ pipeline: run.pipeline ?? run.name, namespace, application: inputs.application });
  const by = run.url === undefined ? run.name : `[${run.name.replace(/[[\]]/g, ' ')}](${run.url})`;
  const asking = openAsking({ agentProxy, environment: process.env }, NO_CERTIFICATE);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send: Send = (address, sent) => asking.ask(address, headers, sent && { method: sent.method, text: JSON.stringify(sent.body) });
  return await comments
    .write(send, marker, commentOf(marker, summary, { by, most: comments.most }))
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    .finally(asking.close);
}
