/** What a network and what stands in it can do, one by one. */
import type { Fault, Passing } from '../../fakes/fault-proxy.ts';

export interface Kind {
  /** As after "a network that". */
  readonly name: string;
  readonly fault: Fault;
  readonly concerns: (passing: Passing) => boolean;
}

const plain = ({ is }: Passing): boolean => is !== 'watch';
const watches = ({ is }: Passing): boolean => is === 'watch';
const status = (code: number, reason: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `${reason} by the test` });
/** What a load balancer says. */
const page = '<html><body><h1>Bad Gateway</h1></body></html>';
const html = { 'content-type': 'text/html' };
const busy = { 'retry-after': '1' };
const isList = ({ path, is }: Passing): boolean => is === 'read' && path.includes('limit=');

export const faults: readonly Kind[] = [
  { name: 'takes two seconds for a request', fault: { lateMilliseconds: 2000, before: true }, concerns: plain },
  { name: 'takes twenty seconds for an answer', fault: { lateMilliseconds: 20_000, before: false }, concerns: plain },
  { name: 'delivers requests when nobody waits for them any more', fault: { lateMilliseconds: 40_000, before: true }, concerns: plain },
  { name: 'drops connections before requests', fault: 'lost', concerns: plain },
  { name: 'drops connections before answers', fault: 'unheard', concerns: plain },
  { name: 'resets connections inside answers', fault: 'reset', concerns: plain },
  { name: 'cuts answers short', fault: 'truncated', concerns: plain },
  { name: 'swallows requests', fault: 'swallowed', concerns: plain },
  { name: 'swallows answers', fault: 'mute', concerns: plain },
  { name: 'is silent from the middle of an answer on', fault: 'stalled', concerns: plain },
  { name: 'answers with 429', fault: { status: 429, text: status(429, 'TooManyRequests'), headers: busy }, concerns: plain },
  { name: 'answers with 429 and no time', fault: { status: 429, text: '' }, concerns: plain },
  { name: 'answers with 500', fault: { status: 500, text: status(500, 'InternalError') }, concerns: plain },
  { name: 'answers with 502 in HTML', fault: { status: 502, text: page, headers: html }, concerns: plain },
  { name: 'answers with 503', fault: { status: 503, text: status(503, 'ServiceUnavailable') }, concerns: plain },
  { name: 'answers with 504', fault: { status: 504, text: status(504, 'Timeout') }, concerns: plain },
  { name: 'answers with 401', fault: { status: 401, text: status(401, 'Unauthorized') }, concerns: plain },
  { name: 'answers with 200 in HTML', fault: { status: 200, text: page, headers: html }, concerns: plain },
  { name: 'answers with 200 and nothing', fault: { status: 200, text: '' }, concerns: plain },
  { name: 'ends watches at once', fault: 'closed', concerns: watches },
  { name: 'lets watches say nothing', fault: 'silent', concerns: watches },
  { name: 'forgets what watches begin at', fault: 'gone', concerns: watches },
  { name: 'lets watches break off', fault: 'stalled', concerns: watches },
  { name: 'refuses watches', fault: { status: 503, text: status(503, 'ServiceUnavailable') }, concerns: watches },
  { name: 'answers lists as it did before', fault: 'stale', concerns: isList },
];
