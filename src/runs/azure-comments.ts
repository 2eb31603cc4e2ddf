/** Comments of Azure DevOps: the first one of a thread. */
import type { Comments, Send } from './comments.ts';
import { listed, partsOf } from './listed.ts';
import type { PullRequest } from './pull-request.ts';

const VERSION = 'api-version=7.1';

const GRANT =
  'let the build service ("PROJECT Build Service (ORGANIZATION)") have "Contribute to pull requests" in the security of the repository; a token of another identity is given as the variable SYSTEM_ACCESSTOKEN';

/** A new thread would have to be resolved before the pull request may be completed, where its branch asks for that. */
const CLOSED = 'closed';

/** The comments of a pull request. */
export function azureComments({ base, number }: Extract<PullRequest, { readonly on: 'azure' }>): Comments {
  const threads = `${base}/pullRequests/${number}/threads`;
  return {
    most: 149_000,
    tokenHint: GRANT,
    write: async (send, marker, text) => {
      const known = await find(send, threads, marker);
      if (typeof known === 'string') return known;
      if (known) {
        const address = `${threads}/${known.thread}/comments/${known.comment}?${VERSION}`;
        return faultOf(await send(address, { method: 'PATCH', body: { content: text } }), 'change the comment');
      }
      const comments = [{ parentCommentId: 0, content: text, commentType: 'text' }];
      return faultOf(await send(`${threads}?${VERSION}`, { method: 'POST', body: { comments, status: CLOSED } }), 'comment');
    },
  };
}

interface Known {
  readonly thread: number;
  readonly comment: number;
}

/** The first thread that begins with the marker and stands; null for none, a text for what was refused. */
async function find(send: Send, threads: string, marker: string): Promise<Known | string | null> {
  const answer = await send(`${threads}?${VERSION}`);
  const fault = faultOf(answer, 'read the comments');
  if (fault !== null) return fault;
  const all = listed(answer.body, 'value');
  if (all === null) return 'Azure DevOps answers with something else than threads';
  const firsts = all.flatMap(thread => {
    const parts = partsOf(thread, { id: 'number', comments: 'object' });
    const first = parts && Array.isArray(parts.comments) ? partsOf(parts.comments[0], { id: 'number', content: 'string' }) : null;
    return parts && first?.content.startsWith(marker) ? [{ thread: parts.id, comment: first.id }] : [];
  });
  return firsts[0] ?? null;
}

/** A token that it does not know gets the page where people log in: 203 or a redirection. */
function faultOf({ status }: { readonly status: number }, what: string): string | null {
  if (status === 200 || status === 201) return null;
  if (status === 401 || status === 203 || status === 302) return `Azure DevOps does not accept the token (${status}); ${GRANT}`;
  if (status === 403 || status === 404) return `Azure DevOps does not let the token ${what} (${status}); ${GRANT}`;
  return `Azure DevOps answers with status ${status} when asked to ${what}`;
}
