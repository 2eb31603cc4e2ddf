/** One exchange with the API, whatever carries it: the question is read, the answer is written. */
import type { Json, JsonObject } from '../../model/kube.ts';
import type { Api } from '../api/api.ts';
import { ApiFailure, badRequest, statusOf } from '../api/failure.ts';
import { attemptOn, authenticate, authorize, type User } from './authorize.ts';
import { discover } from './discovery.ts';
import { handle, named, selectionOf, timeoutOf, verbOf } from './handle.ts';
import { emptyOpenapi, openapi } from './openapi.ts';
import { podLogText } from './pod-log.ts';
import { podPage } from './pod-page.ts';
import { type Route, readRoute } from './request.ts';
import { table } from './table.ts';
import { watch } from './watch.ts';

/** What answers to the API need. */
export interface Served {
  readonly api: Api;
  readonly users: ReadonlyMap<string, User>;
  /** Called when a request begins; the answer when it ends. Watches end at once. */
  readonly busy: () => () => void;
  readonly intercept?: Intercept | undefined;
  /** What a pod that is there serves at `/metrics`. */
  readonly pages: (namespace: string, pod: string) => string;
  /** What it answers at any other path; null where nobody listens. */
  readonly answers: (namespace: string, pod: string) => { readonly code: number; readonly text: string } | null;
}

/** What a test does to a request: let it be, cut the connection before anything is done, or after it is done and before the answer. */
export type Intercept = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}) => 'answer' | 'cut-before' | 'cut-after';

/** A request: its path has its query, the names of its headers are in lower case. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body, once it has arrived; empty without one. */
  text(): Promise<string>;
}

/** Where the answer goes. */
export interface Reply {
  /** Whether status and headers have gone. */
  readonly isBegun: boolean;
  begin(code: number, headers: Headers): void;
  write(text: string): void;
  end(text?: string): void;
  /** Breaks the connection. */
  cut(): void;
  /** Called when nobody listens any more. */
  onClose(listener: () => void): void;
}

/** Headers of an answer. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Answers one request; faults are answers too. */
export async function exchange(served: Served, question: Question, reply: Reply): Promise<void> {
  const done = served.busy();
  try {
    await respond(served, question, reply);
  } catch (fault) {
    sendFault({ served, question, reply }, fault);
  } finally {
    done();
  }
}

/** A path may carry the token, since kubectl sends none over plain HTTP: `/token/<token>/api/v1/...`. */
const tokenPath = /^\/token\/([^/]+)(\/.*)?$/;

async function respond(served: Served, question: Question, reply: Reply): Promise<void> {
  const { method, headers } = question;
  const url = new URL(question.path, 'http://127.0.0.1');
  const carried = tokenPath.exec(url.pathname);
  const path = carried === null ? url.pathname : (carried[2] ?? '/');
  const fate = served.intercept?.({ method, path, query: url.search }) ?? 'answer';
  const exchanged = { served, question, reply };
  if (fate === 'cut-before') reply.cut();
  else if (/^\/(healthz|readyz|livez)$/.test(path)) sendText(exchanged, 200, 'ok');
  else {
    const user = authenticate(served.users, carried === null ? headers.authorization : `Bearer ${carried[1]}`);
    const body = await readBody(question, url);
    if (fate === 'cut-after') reply.cut();
    const log = podLogText(served.api, user, url);
    const page = podPage(served, user, path);
    if (log !== null) sendText(exchanged, 200, log);
    else if (page) sendText(exchanged, page.code, page.text);
    else answer({ api: served.api, user, url, body }, path, exchanged);
  }
}

function answer(asked: Asked, path: string, exchanged: Exchanged): void {
  const { api } = asked;
  const route = readRoute(api.registry, path);
  if (route.to === 'objects') respondObjects(asked, route, exchanged);
  else if (route.to === 'path') respondPath(api, route.path, exchanged);
  else if (discover(api.registry, groupPath(path), false) === null) sendText(exchanged, 404, nowhere);
  else throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
}

const nowhere = '404 page not found\n';

function respondPath(api: Api, path: string, exchanged: Exchanged): void {
  const found = describe(api, path, exchanged.question.headers.accept ?? '');
  if (path === '/openapi/v2') sendText(exchanged, 200, emptyOpenapi);
  else if (found === null) sendText(exchanged, 404, nowhere);
  else send(exchanged, { code: 200, body: found.body, type: found.type });
}

/** The group version that a path lies in. */
function groupPath(path: string): string {
  return `/${path
    .split('/')
    .slice(1, path.startsWith('/apis') ? 4 : 3)
    .join('/')}`;
}

interface Exchanged {
  readonly served: Served;
  readonly question: Question;
  readonly reply: Reply;
}

interface Asked {
  readonly api: Api;
  readonly user: User;
  readonly url: URL;
  readonly body: Json | undefined;
}

function respondObjects(
  { api, user, url, body }: Asked,
  { target }: Extract<Route, { readonly to: 'objects' }>,
  exchanged: Exchanged,
): void {
  const { method, headers } = exchanged.question;
  const params = url.searchParams;
  const asked = {
    method,
    target,
    params,
    accept: headers.accept ?? '',
    contentType: headers['content-type'] ?? '',
    userAgent: headers['user-agent'] ?? 'unknown',
    user,
    body,
  };
  if (verbOf(asked) === 'watch') {
    authorize(api, user, attemptOn(named(asked), 'watch'));
    startWatch(api, asked, exchanged);
    return;
  }
  const answer = handle(api, asked);
  send(exchanged, { ...answer, warnings: answer.warnings.map(warning => `299 - ${JSON.stringify(warning)}`) });
}

function startWatch(
  api: Api,
  asked: { readonly target: Parameters<typeof attemptOn>[0]; readonly params: URLSearchParams; readonly accept: string },
  { served, reply }: Exchanged,
): void {
  const { target, params } = asked;
  const asTable = asked.accept.includes('as=Table');
  reply.begin(200, { ...dated(served), 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  const shape = (type: string, object: JsonObject): JsonObject =>
    asTable && type !== 'ERROR' && type !== 'BOOKMARK'
      ? table(target.resource, [object], { resourceVersion: '', now: api.clock.now() })
      : object;
  const stop = watch(
    api,
    {
      target,
      selection: selectionOf(params),
      from: params.get('sendInitialEvents') === 'true' ? '' : (params.get('resourceVersion') ?? ''),
      initial: params.get('sendInitialEvents') === 'true',
      bookmarks: params.get('allowWatchBookmarks') === 'true',
      timeoutSeconds: timeoutOf(params),
    },
    { send: (type, object) => reply.write(`${JSON.stringify({ type, object: shape(type, object) })}\n`), end: () => reply.end() },
  );
  reply.onClose(stop);
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function describe(api: Api, path: string, accept: string): { readonly body: JsonObject; readonly type: string } | null {
  const aggregated = accept.includes('g=apidiscovery.k8s.io;v=v2;') && (path === '/api' || path === '/apis');
  const body = path.startsWith('/openapi') ? openapi(api.registry, path) : discover(api.registry, path, aggregated);
  return body === null ? null : { body, type: aggregated ? aggregatedType : 'application/json' };
}

async function readBody({ method, headers, text: arrived }: Question, url: URL): Promise<Json | undefined> {
  if (headers['content-type']?.includes('protobuf') === true) {
    const hint = `the simulated cluster reads JSON, and this command of kubectl sends protobuf: add "--dry-run=client -o yaml | kubectl apply -f -", or use "kubectl create -f" (${method} ${url.pathname.replace(/^\/token\/[^/]*/, '')})`;
    throw new ApiFailure(415, 'UnsupportedMediaType', hint);
  }
  const text = await arrived();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch (fault) {
    throw badRequest(`the body of the request is no JSON: ${fault instanceof Error ? fault.message : ''}`);
  }
}

interface Sent {
  readonly code: number;
  readonly body: JsonObject;
  readonly type?: string;
  readonly warnings?: readonly string[];
}

const dated = ({ api }: Served): Headers => ({ date: new Date(api.clock.now()).toUTCString() });

function send({ served, reply }: Exchanged, { code, body, type = 'application/json', warnings = [] }: Sent): void {
  const warned: Headers = warnings.length === 0 ? {} : { warning: warnings };
  reply.begin(code, { ...dated(served), 'content-type': type, 'cache-control': 'no-cache, private', ...warned });
  reply.end(`${JSON.stringify(body)}\n`);
}

function sendText({ served, reply }: Exchanged, code: number, text: string): void {
  reply.begin(code, { ...dated(served), 'content-type': 'text/plain; charset=utf-8' });
  reply.end(text);
}

function sendFault(exchanged: Exchanged, fault: unknown): void {
  const failure =
    fault instanceof ApiFailure
      ? fault
      : new ApiFailure(500, 'InternalError', `the simulation is broken: ${fault instanceof Error ? fault.stack : fault}`);
  if (exchanged.reply.isBegun) exchanged.reply.end();
  else send(exchanged, { code: failure.code, body: statusOf(failure) });
}
