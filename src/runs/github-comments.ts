/** Comments of GitHub: those of an issue, which a pull request is too. */
import type { Comments, Send } from './comments.ts';
import { listed, partsOf } from './listed.ts';
import type { PullRequest } from './pull-request.ts';

/** A page of the longest comments is within what is read of an answer. */
const PAGE = 50;
const MOST_PAGES = 40;

const GRANT =
  'give the job `permissions: pull-requests: write` (with `contents: read`), and the step its token (`github-token`); the token of a pull request from a fork may only read';

/** The comments of a pull request. */
export function githubComments({ api, repository, number }: Extract<PullRequest, { readonly on: 'github' }>): Comments {
  const base = `${api}/repos/${repository.split('/').map(encodeURIComponent).join('/')}/issues`;
  const all = `${base}/${number}/comments`;
  return {
    most: 65_000,
    tokenHint: GRANT,
    write: async (send, marker, text) => {
      const known = await find(send, all, marker);
      if (typeof known === 'string') return known;
      const changed = known && (await send(`${base}/comments/${known.id}`, { method: 'PATCH', body: { body: text } }));
      // It was deleted in between.
      if (changed && changed.status !== 404) return faultOf(changed.status, 'change the comment');
      return faultOf((await send(all, { method: 'POST', body: { body: text } })).status, 'comment');
    },
  };
}

/** The oldest that begins with the marker; null for none, a text for what was refused. */
async function find(send: Send, all: string, marker: string): Promise<{ readonly id: number } | string | null> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { status, body } = await send(`${all}?per_page=${PAGE}&page=${page}`);
    if (status !== 200) return faultOf(status, 'read the comments');
    const comments = listed(body);
    if (comments === null) return 'GitHub answers with something else than comments';
    const own = comments
      .map(comment => partsOf(comment, { id: 'number', body: 'string' }))
      .find(comment => comment?.body.startsWith(marker));
    if (own) return { id: own.id };
    if (comments.length < PAGE) return null;
  }
  return null;
}

function faultOf(status: number, what: string): string | null {
  if (status < 300) return null;
  if (status === 401) return `GitHub does not accept the token (401); ${GRANT}`;
  if (status === 403 || status === 404) return `GitHub does not let the token ${what} (${status}); ${GRANT}`;
  return `GitHub answers with status ${status} when asked to ${what}`;
}
