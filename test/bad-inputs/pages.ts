/** What a server on the web answers instead of a file, and by which words it is refused. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const packed =
  (encoding: string, body: string | Buffer = 'kind: A'): Answer =>
  response =>
    void response.writeHead(200, { 'content-encoding': encoding }).end(body);
const moved =
  (location: string): Answer =>
  response =>
    void response.writeHead(302, { location }).end();
const status =
  (code: number): Answer =>
  response =>
    void response.writeHead(code).end('hunter2');
const body =
  (text: string | Buffer, type = 'text/plain'): Answer =>
  response =>
    void response.writeHead(200, { 'content-type': type }).end(text);

export const badPages: ReadonlyMap<string, readonly [answer: Answer, says: RegExp]> = new Map([
  ['gzip', [packed('gzip'), /does not match its Content-Encoding/]],
  ['br', [packed('br'), /does not match its Content-Encoding/]],
  ['deflate', [packed('deflate'), /does not match its Content-Encoding/]],
  ['zstd', [packed('zstd'), /Content-Encoding is not known/]],
  ['many', [packed(Array(50).fill('gzip').join()), /does not match its Content-Encoding/]],
  ['bomb', [packed('gzip', gzipSync(Buffer.alloc(40_000_000))), /more than 32 MB/]],
  ['loop', [moved('/loop'), /more than 5 redirections/]],
  ['to-file', [moved('file:///etc/passwd'), /redirected to file:/]],
  ['to-ftp', [moved('ftp://a/'), /redirected to ftp:/]],
  ['to-nothing', [moved('http://['), /redirected to what is no address/]],
  ['announced', [response => void response.writeHead(200, { 'content-length': 2e9 }).write('a'), /more than 32 MB/]],
  ['dropped', [response => void response.destroy(), /the connection was closed/]],
  ['garbage', [(_, request) => void request.socket.end('garbage\r\n\r\n'), /does not speak HTTP/]],
  [
    'cut',
    [response => void response.writeHead(200, { 'content-length': 9 }).write('a', () => response.destroy()), /connection was closed/],
  ],
  ...[302, 401, 404, 500].map(code => [`${code}`, [status(code), new RegExp(`the server answered ${code}`)]] as const),
  ['empty', [body(''), /No Kubernetes object was found/]],
  ['html', [body('<!doctype html><p>Sign in', 'text/html'), /html:1: not a Kubernetes object/]],
  ['type', [body('hello', 'image/png'), /type:1: not a Kubernetes object/]],
  ['binary', [body(Buffer.from([0, 1, 255, 254])), /it is not UTF-8 text/]],
]);

/** Serves them under their names; the answer is the address. */
export async function servePages(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => badPages.get((request.url ?? '').slice(1))?.[0](response, request));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
