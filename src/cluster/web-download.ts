import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import type { Time } from '../model/time.ts';
import { codeOf } from './faults.ts';
import { dispatcherThrough } from './web-dispatcher.ts';

/** What a file on the web may take. */
const MOST_BYTES = 32_000_000;
const MOST_SECONDS = 60;
const MOST_REDIRECTS = 5;

/** Why a file was not fetched; `code` says it in words of its own. */
class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/**
 * Fetches a file within its bounds. The body is unpacked here: where a header lies about it, Node's own fetch neither answers nor fails, and a
 * process with nothing else to do ends well.
 */
export async function download(address: string, { proxyOf, time }: Means): Promise<Response> {
  const over = new AbortController();
  return await new Promise((resolve, reject) => {
    const cancel = time.after(MOST_SECONDS * 1000, () => {
      over.abort();
      reject(new Refused(`not there within ${MOST_SECONDS} s`));
    });
    follow(address, { proxyOf, signal: over.signal, left: MOST_REDIRECTS }).then(resolve, reject).finally(cancel);
  });
}

/** The proxy for an address, and the time by which the whole is waited for. */
export interface Means {
  readonly proxyOf: (address: string) => string | null;
  readonly time: Time;
}

interface Way {
  readonly proxyOf: (address: string) => string | null;
  readonly signal: AbortSignal;
  readonly left: number;
}

async function follow(address: string, way: Way): Promise<Response> {
  const url = new URL(address);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Refused(`redirected to ${url.protocol}, which is neither http nor https`);
  const { statusCode, headers, body } = await request.call(dispatcherThrough(way.proxyOf) as Dispatcher, {
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'GET',
    headers: { accept: '*/*', 'user-agent': 'kubernetes-rollout', ...loginOf(url) },
    signal: way.signal,
  });
  const { location } = headers;
  if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
    await body.dump({ limit: 0 });
    if (way.left === 0) throw new Refused(`more than ${MOST_REDIRECTS} redirections`);
    return follow(target(location, url), { ...way, left: way.left - 1 });
  }
  if (Number(headers['content-length']) > MOST_BYTES) {
    body.on('error', () => undefined).destroy();
    throw new Refused(`more than ${MOST_BYTES / 1_000_000} MB`);
  }
  const bytes = await bounded(unpacked(body, String(headers['content-encoding'] ?? '')));
  const isEmpty = [101, 204, 205, 304].includes(statusCode) || statusCode < 200;
  return isEmpty ? new Response(null, { status: 204 }) : new Response(new Uint8Array(bytes), { status: statusCode });
}

function target(location: string, from: URL): string {
  if (!URL.canParse(location, from.href)) throw new Refused('redirected to what is no address');
  return new URL(location, from).href;
}

/** A password in the address is what `curl` would send too. */
function loginOf({ username, password }: URL): { readonly authorization?: string } {
  if (username === '' && password === '') return {};
  const login = Buffer.from(`${unescaped(username)}:${unescaped(password)}`).toString('base64');
  return { authorization: `Basic ${login}` };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refused('write a % in its user or password as %25');
  }
}

function unpacked(body: Readable, encodings: string): Readable {
  return encodings
    .split(',')
    .map(name => name.trim().toLowerCase())
    .toReversed()
    .reduce<Readable>((stream, name) => through(stream, name), body);
}

function through(stream: Readable, encoding: string): Readable {
  if (encoding === '' || encoding === 'identity') return stream;
  const unpack = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };
  const make = Object.entries(unpack).find(([name]) => name === encoding)?.[1];
  if (!make) throw new Refused('its Content-Encoding is not known');
  const output = make();
  stream.on('error', error => output.destroy(error));
  return stream.pipe(output);
}

async function bounded(stream: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Refused(`more than ${MOST_BYTES / 1_000_000} MB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw /^(Z_|ERR__|ERR_BR)/.test(codeOf(error)) ? new Refused('its content does not match its Content-Encoding') : error;
  }
  return Buffer.concat(chunks);
}
