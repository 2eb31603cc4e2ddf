/** Pull requests of GitHub and of Azure DevOps: their comments, by the documented shapes of requests and answers. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Number 7 of `shop/web` at GitHub, and of repository `repo` in project `project` at Azure. */
export interface PullRequests {
  readonly url: string;
  /** All comments at GitHub, and the first ones of all threads at Azure. */
  readonly comments: string[];
  /** Method and path of each request. */
  readonly asked: string[];
  close(): Promise<void>;
}

export const WRITER = 'token-that-may-write';
export const READER = 'token-that-may-read';

type Answer = readonly [status: number, body: unknown];
type Handle = (asked: { readonly method: string; readonly url: URL; readonly sent: Record<string, unknown> }) => Answer;

export async function pullRequests(): Promise<PullRequests> {
  const comments: string[] = [];
  const asked: string[] = [];
  const handles: readonly (readonly [string, Handle])[] = [
    ['/repos/shop/web/issues/', github(comments)],
    ['/project/_apis/git/repositories/repo/pullRequests/7/threads', azure(comments)],
  ];
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = '' } = request;
    const url = new URL(request.url ?? '/', 'http://fake');
    asked.push(`${method} ${url.pathname}`);
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (token !== WRITER && token !== READER) return [401, { message: 'Bad credentials' }];
    if (token === READER && method !== 'GET') return [403, { message: 'Resource not accessible by integration' }];
    const [, handle] = handles.find(([path]) => url.pathname.startsWith(path)) ?? [];
    const sent = JSON.parse((await textOf(request)) || '{}');
    return handle?.({ method, url, sent }) ?? [404, { message: 'Not Found' }];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const NOT_FOUND: Answer = [404, { message: 'Not Found' }];

const github =
  (comments: string[]): Handle =>
  ({ method, url, sent }) => {
    const body = String(sent.body);
    const shown = (id: number) => ({ id, body: comments[id], user: { login: 'github-actions[bot]', type: 'Bot' } });
    if (method !== 'GET' && body.length > 65_536) return [422, { message: 'Validation Failed' }];
    if (url.pathname.endsWith('/issues/7/comments')) {
      if (method === 'POST') return [201, shown(comments.push(body) - 1)];
      const [size, page] = ['per_page', 'page'].map(name => Number(url.searchParams.get(name)));
      if (!size || size > 100 || !page) return [422, {}];
      return [200, comments.map((_, id) => shown(id)).slice(size * (page - 1), size * page)];
    }
    const id = Number(/\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    if (method !== 'PATCH' || comments[id] === undefined) return NOT_FOUND;
    comments[id] = body;
    return [200, shown(id)];
  };

const azure =
  (comments: string[]): Handle =>
  ({ method, url, sent }) => {
    if (url.searchParams.get('api-version') !== '7.1') return [400, { message: 'No api-version was supplied' }];
    const shown = (id: number) => ({ id, comments: [{ id: 1, content: comments[id], commentType: 'text' }], status: 'closed' });
    if (url.pathname.endsWith('/threads')) {
      if (method === 'GET') return [200, { value: comments.map((_, id) => shown(id)), count: comments.length }];
      const [first] = sent.comments as readonly { readonly content: string; readonly parentCommentId: number }[];
      if (first?.parentCommentId !== 0 || sent.status !== 'closed') return [400, {}];
      return [200, shown(comments.push(first.content) - 1)];
    }
    const id = Number(/\/threads\/(\d+)\/comments\/1$/.exec(url.pathname)?.[1]);
    if (method !== 'PATCH' || comments[id] === undefined) return NOT_FOUND;
    comments[id] = String(sent.content);
    return [200, { id: 1, content: comments[id] }];
  };
