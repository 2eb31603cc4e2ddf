/** The API over HTTP, on a loopback port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../model/kube.ts';
import type { Api } from '../api/api.ts';
import { ApiFailure, badRequest, statusOf } from '../api/failure.ts';
import { attemptOn, authenticate, authorize, type User } from './authorize.ts';
import { discover } from './discovery.ts';
import { handle, selectionOf, timeoutOf, verbOf } from './handle.ts';
import { emptyOpenapi, openapi } from './openapi.ts';
import { podPage } from './pod-page.ts';
import { type Route, readRoute } from './request.ts';
import { table } from './table.ts';
import { watch } from './watch.ts';

/** What an HTTP server of the API needs. */
export interface ServerOptions {
  readonly api: Api;
  readonly users: ReadonlyMap<string, User>;
  /** 0 for a free one. */
  readonly port: number;
  /** Called when a request begins; the answer when it ends. Watches end at once. */
  readonly busy: () => () => void;
  readonly intercept?: Intercept | undefined;
  /** What a pod that is there serves at `/metrics`. */
  readonly pages: (namespace: string, pod: string) => string;
}

/** A listening server. */
export interface ApiServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What a test does to a request: let it be, cut the connection before anything is done, or after it is done and before the answer. */
export type Intercept = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}) => 'answer' | 'cut-before' | 'cut-after';

/** Starts listening. */
export async function serveApi(options: ServerOptions): Promise<ApiServer> {
  const server = createServer((request, response) => {
    const done = options.busy();
    response.setHeader('date', new Date(options.api.clock.now()).toUTCString());
    respond(options, request, response)
      .catch(fault => sendFault(response, fault))
      .finally(done);
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port);
  return { port, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A path may carry the token, since kubectl sends none over plain HTTP: `/token/<token>/api/v1/...`. */
const tokenPath = /^\/token\/([^/]+)(\/.*)?$/;

async function respond(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const carried = tokenPath.exec(url.pathname);
  const path = carried === null ? url.pathname : (carried[2] ?? '/');
  const fate = options.intercept?.({ method: request.method ?? 'GET', path, query: url.search }) ?? 'answer';
  if (fate === 'cut-before') request.socket.destroy();
  else if (/^\/(healthz|readyz|livez)$/.test(path)) sendText(response, 200, 'ok');
  else {
    const user = authenticate(options.users, carried === null ? request.headers.authorization : `Bearer ${carried[1]}`);
    const body = await readBody(request, url);
    if (fate === 'cut-after') request.socket.destroy();
    const page = podPage(options, user, path);
    if (page) sendText(response, page.code, page.text);
    else answer({ api: options.api, user, url, body }, path, { request, response });
  }
}

function answer(asked: Asked, path: string, exchange: Exchange): void {
  const { api } = asked;
  const route = readRoute(api.registry, path);
  if (route.to === 'objects') respondObjects(asked, route, exchange);
  else if (route.to === 'path') respondPath(api, route.path, exchange);
  else if (discover(api.registry, groupPath(path), false) === null) sendText(exchange.response, 404, nowhere);
  else throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
}

const nowhere = '404 page not found\n';

function respondPath(api: Api, path: string, { request, response }: Exchange): void {
  const found = describe(api, path, request.headers.accept ?? '');
  if (path === '/openapi/v2') sendText(response, 200, emptyOpenapi);
  else if (found === null) sendText(response, 404, nowhere);
  else send(response, { code: 200, body: found.body, type: found.type });
}

/** The group version that a path lies in. */
function groupPath(path: string): string {
  return `/${path
    .split('/')
    .slice(1, path.startsWith('/apis') ? 4 : 3)
    .join('/')}`;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
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
  { request, response }: Exchange,
): void {
  const params = url.searchParams;
  const asked = {
    method: request.method ?? 'GET',
    target,
    params,
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'] ?? '',
    userAgent: request.headers['user-agent'] ?? 'unknown',
    user,
    body,
  };
  if (verbOf(asked) === 'watch') {
    authorize(api, user, attemptOn(target, 'watch'));
    startWatch(api, asked, response);
    return;
  }
  const answer = handle(api, asked);
  for (const warning of answer.warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
  send(response, answer);
}

function startWatch(
  api: Api,
  asked: { readonly target: Parameters<typeof attemptOn>[0]; readonly params: URLSearchParams; readonly accept: string },
  response: ServerResponse,
): void {
  const { target, params } = asked;
  const asTable = asked.accept.includes('as=Table');
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
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
    { send: (type, object) => response.write(`${JSON.stringify({ type, object: shape(type, object) })}\n`), end: () => response.end() },
  );
  response.once('close', stop);
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function describe(api: Api, path: string, accept: string): { readonly body: JsonObject; readonly type: string } | null {
  const aggregated = accept.includes('g=apidiscovery.k8s.io;v=v2;') && (path === '/api' || path === '/apis');
  const body = path.startsWith('/openapi') ? openapi(api.registry, path) : discover(api.registry, path, aggregated);
  return body === null ? null : { body, type: aggregated ? aggregatedType : 'application/json' };
}

async function readBody(request: IncomingMessage, url: URL): Promise<Json | undefined> {
  if (request.headers['content-type']?.includes('protobuf') === true) {
    const hint = `the simulated cluster reads JSON, and this command of kubectl sends protobuf: add "--dry-run=client -o yaml | kubectl apply -f -", or use "kubectl create -f" (${request.method} ${url.pathname.replace(/^\/token\/[^/]*/, '')})`;
    throw new ApiFailure(415, 'UnsupportedMediaType', hint);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
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
}

function send(response: ServerResponse, { code, body, type = 'application/json' }: Sent): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-cache, private' }).end(`${JSON.stringify(body)}\n`);
}

function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

function sendFault(response: ServerResponse, fault: unknown): void {
  const failure =
    fault instanceof ApiFailure
      ? fault
      : new ApiFailure(500, 'InternalError', `the simulation is broken: ${fault instanceof Error ? fault.stack : fault}`);
  if (!response.headersSent) send(response, { code: failure.code, body: statusOf(failure) });
  else response.end();
}
