/** A process of its own that sends requests at a fixed rate, however slow the answers are, and counts who answered. */
import { request } from 'node:http';
import type { Loss, Tally } from './traffic.ts';

interface Order {
  readonly url: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly perSecond: number;
}

interface Counting {
  sent: number;
  answered: number;
  lost: number;
  readonly losses: Loss[];
  readonly backends: Record<string, number>;
  readonly variants: Record<string, number>;
  readonly images: Record<string, number>;
  readonly pods: Record<string, number>;
}

interface Answer {
  readonly labels?: Readonly<Record<string, string>>;
  readonly image: string;
  readonly pod: string;
}

type Message = { readonly type: 'sample'; readonly id: number; readonly requests: number } | { readonly type: 'stop'; readonly id: number };

const total = fresh();
const samples: { readonly id: number; readonly requests: number; readonly tally: Counting }[] = [];
const order: Order = JSON.parse(process.argv[2] ?? '{}');
let stopping: number | null = null;

const began = Date.now();
const timer = setInterval(() => {
  const due = Math.floor(((Date.now() - began) * order.perSecond) / 1000) - total.sent;
  for (let count = 0; count < due; count++) send();
}, 5);

process.on('message', (message: Message) => {
  if (message.type === 'sample') {
    samples.push({ id: message.id, requests: message.requests, tally: fresh() });
    return;
  }
  clearInterval(timer);
  stopping = message.id;
  settle();
});
process.on('disconnect', () => process.exit(0));

function send(): void {
  const tallies = [total, ...samples.map(({ tally }) => tally).filter((tally, index) => tally.sent < (samples[index]?.requests ?? 0))];
  for (const tally of tallies) tally.sent++;
  const sentAt = Date.now();
  const headers = { ...(order.host === undefined ? {} : { host: order.host }), ...order.headers };
  const sent = request(order.url, { headers, agent: false, timeout: 20_000 }, answer => {
    const pieces: Buffer[] = [];
    answer.on('data', piece => pieces.push(piece));
    const backend = String(answer.headers['x-backend-service'] ?? '');
    answer.on('error', fault => lose(tallies, { sentAt, told: fault.message, backend }));
    answer.on('end', () => read(tallies, { sentAt, status: answer.statusCode ?? 0, backend, body: Buffer.concat(pieces).toString() }));
  });
  sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')));
  sent.on('error', fault => lose(tallies, { sentAt, told: fault.message, backend: '' }));
  sent.end();
}

interface Read {
  readonly sentAt: number;
  readonly status: number;
  readonly backend: string;
  readonly body: string;
}

function read(tallies: readonly Counting[], { sentAt, status, backend, body }: Read): void {
  if (status >= 200 && status <= 299) {
    count(tallies, backend, JSON.parse(body));
    return;
  }
  const { pod, ...answer }: Partial<Answer> = body.startsWith('{') ? JSON.parse(body) : {};
  const from = pod === undefined ? {} : { pod, variant: variantOf(answer) };
  lose(tallies, { sentAt, told: `${status} ${pod === undefined ? body.trim().slice(0, 200) : ''}`.trim(), backend, ...from });
}

function count(tallies: readonly Counting[], backend: string, answer: Answer): void {
  for (const tally of tallies) {
    tally.answered++;
    add(tally.backends, backend);
    add(tally.variants, variantOf(answer));
    add(tally.images, answer.image);
    add(tally.pods, answer.pod);
  }
  settle();
}

function lose(tallies: readonly Counting[], loss: Omit<Loss, 'lostAt'>): void {
  for (const tally of tallies) {
    tally.lost++;
    if (tally.losses.length < 10) tally.losses.push({ ...loss, lostAt: Date.now() });
  }
  settle();
}

const variantOf = ({ labels }: Partial<Answer>): string => labels?.['kubernetes-rollout/variant'] ?? 'stable';

function settle(): void {
  for (const done of samples.filter(({ tally, requests }) => tally.answered + tally.lost === requests)) {
    samples.splice(samples.indexOf(done), 1);
    tell(done.id, done.tally);
  }
  if (stopping !== null && total.answered + total.lost === total.sent) tell(stopping, total);
}

function tell(id: number, tally: Tally): void {
  process.send?.({ id, tally });
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function fresh(): Counting {
  return { sent: 0, answered: 0, lost: 0, losses: [], backends: {}, variants: {}, images: {}, pods: {} };
}
