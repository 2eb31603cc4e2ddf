/** How long the answers of each variant took, bucket by bucket. */
import type { AnalysisStory } from '../chronicle.ts';
import { figure, number, ROLES, type Role, WIDTH } from './charts.ts';
import { html, type Markup, none } from './markup.ts';

const LEFT = 128;
const RIGHT = 96;
const ROW = 34;
const MOST_BUCKETS = 24;
/** Percent: buckets that hold less of every variant are left out. */
const LEAST = 0.1;

interface Side {
  readonly role: Role;
  readonly requests: number;
  /** Percent of the requests in each bucket. */
  readonly parts: readonly number[];
}

/** The share of each variant's requests between two bounds; nothing where the pods tell no times. */
export function latencyChart({ counts }: AnalysisStory, id: string): Markup {
  const known = ROLES.flatMap(role => {
    const { requests = 0, slower = {} } = counts[role] ?? {};
    return requests > 0 && Object.keys(slower).length > 0 ? [{ role, requests, slower }] : [];
  });
  const bounds = [...new Set(known.flatMap(({ slower }) => Object.keys(slower).map(Number)))].sort((one, other) => one - other);
  if (known.length === 0) return none;
  const sides = known.map(({ role, requests, slower }): Side => {
    const above = (i: number): number => (i < 0 ? requests : (slower[String(bounds[i])] ?? 0));
    return { role, requests, parts: [...bounds, 0].map((_, i) => (100 * Math.max(0, above(i - 1) - above(i))) / requests) };
  });
  const used = [...bounds, 0].flatMap((_, i) => (sides.some(({ parts }) => (parts[i] ?? 0) >= LEAST) ? [i] : [])).slice(0, MOST_BUCKETS);
  const most = Math.max(1, ...sides.flatMap(({ parts }) => parts));
  const rows = used.map((bucket, n) => row({ label: boundText(bounds, bucket), y: n * ROW, most }, bucket, sides));
  const text = sides.map(
    ({ role, requests, parts }) => `${role}: most of ${requests} requests ${boundText(bounds, parts.indexOf(Math.max(...parts)))}`,
  );
  const said = { id, title: 'How long answers took, by variant', text: `${text.join('; ')}.`, roles: sides.map(({ role }) => role) };
  return figure({ ...said, height: Math.max(1, used.length) * ROW }, rows);
}

interface Row {
  readonly label: string;
  readonly y: number;
  readonly most: number;
}

/** The bars of one bucket, one under the other, and the canary's share in words. */
function row({ label, y, most }: Row, bucket: number, sides: readonly Side[]): Markup {
  const thick = (ROW - 8) / sides.length;
  const bars = sides.map(({ role, parts }, i) => {
    const width = ((parts[bucket] ?? 0) / most) * (WIDTH - LEFT - RIGHT);
    return html`<rect class="of ${role}" x="${LEFT}" y="${number(y + 4 + i * thick)}" width="${number(width)}" height="${number(thick - 1)}"/>`;
  });
  const last = sides.at(-1);
  const middle = number(y + ROW / 2 + 5);
  return html`<text x="${LEFT - 8}" y="${middle}" text-anchor="end">${label}</text>${bars}<text x="${WIDTH - RIGHT + 8}" y="${middle}">${number(last?.parts[bucket] ?? 0)} %</text>`;
}

function boundText(bounds: readonly number[], bucket: number): string {
  const bound = bounds[bucket];
  const text = (seconds: number): string => (seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${seconds} s`);
  return bound === undefined ? `> ${text(bounds.at(-1) ?? 0)}` : `≤ ${text(bound)}`;
}
