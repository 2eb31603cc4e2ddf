/** Charts as plain SVG. Each says in words what it shows: whoever cannot see it reads the same. */
import type { AnalysisStory, Chronicle } from '../chronicle.ts';
import { secondsText } from '../words.ts';
import { html, type Markup, none } from './markup.ts';

/** Of every chart, in its own units. */
export const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 76;
const RIGHT = 12;
const TOP = 30;
const BOTTOM = 34;

/** In the order in which they are drawn. */
export const ROLES = ['stable', 'baseline', 'canary'] as const;
/** Whose line, bar or area it is. */
export type Role = (typeof ROLES)[number];

interface Frame {
  readonly from: number;
  readonly to: number;
  /** The highest value. */
  readonly most: number;
  readonly unit: (value: number) => string;
}

/** A number as SVG and people read it. */
export const number = (value: number): string => String(Math.round(value * 10) / 10);

const acrossOf =
  ({ from, to }: Frame) =>
  (seconds: number): number =>
    LEFT + ((seconds - from) / Math.max(1, to - from)) * (WIDTH - LEFT - RIGHT);

const upOf =
  ({ most }: Frame) =>
  (value: number): number =>
    HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);

/** Percent at an axis, as short as the place beside it is on a phone. */
const percent = (value: number): string => `${value >= 10 ? Math.round(value) : number(value)} %`;

/** The axes with a few words on each. */
function axes(frame: Frame): Markup {
  const up = upOf(frame);
  const across = acrossOf(frame);
  const heights = [0, frame.most / 2, frame.most];
  return html`<path class="axis" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}"/>${heights.map(
    value => html`<text x="${LEFT - 6}" y="${number(up(value) + 4)}" text-anchor="end">${frame.unit(value)}</text>`,
  )}${[frame.from, frame.to].map(
    (seconds, i) =>
      html`<text x="${number(across(seconds))}" y="${HEIGHT - 8}" text-anchor="${i === 0 ? 'start' : 'end'}">${secondsText(Math.round(seconds))}</text>`,
  )}`;
}

/** What a chart is called and what it shows; the key says which colour is whose. */
export interface Said {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly roles: readonly Role[];
  readonly height?: number;
}

/** The drawing with its key and its words. */
export function figure({ id, title, text, roles, height = HEIGHT }: Said, content: readonly Markup[]): Markup {
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${text}</desc>${content}</svg><ul class="key" aria-hidden="true">${roles.map(
    role => html`<li class="${role}"><span></span>${role}</li>`,
  )}</ul><figcaption>${text}</figcaption></figure>`;
}

/** Who got which share of one workload's requests, from the first shift to the end. */
export function sharesChart({ shares, seconds }: Pick<Chronicle, 'shares' | 'seconds'>, { id, title }: Pick<Said, 'id' | 'title'>): Markup {
  if (shares.length === 0) return none;
  const frame: Frame = { from: 0, to: Math.max(1, seconds), most: 100, unit: percent };
  const [across, up] = [acrossOf(frame), upOf(frame)];
  const moments = [{ at: 0, weights: { stable: 1000 } as Readonly<Record<string, number>> }, ...shares];
  const area = (role: Role, i: number): Markup => {
    const below = ROLES.slice(0, i);
    const levelOf = (weights: Readonly<Record<string, number>>, roles: readonly Role[]): number => {
      const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0) || 1000;
      return (100 * roles.reduce((sum, each) => sum + (weights[each] ?? 0), 0)) / all;
    };
    const edge = (roles: readonly Role[]): readonly string[] =>
      moments.flatMap(({ at, weights }, n) => {
        const until = moments[n + 1]?.at ?? seconds;
        const y = number(up(levelOf(weights, roles)));
        return [`${number(across(at))} ${y}`, `${number(across(until))} ${y}`];
      });
    return html`<path class="area ${role}" d="M${edge([...below, role]).join('L')}L${edge(below).toReversed().join('L')}Z"/>`;
  };
  const last = shares.at(-1)?.weights ?? {};
  const text = `${shares.length} ${shares.length === 1 ? 'shift' : 'shifts'}; at the end ${ROLES.filter(role => (last[role] ?? 0) > 0)
    .map(role => `${role} ${number((last[role] ?? 0) / 10)} %`)
    .join(', ')}.`;
  return figure({ id, title, text, roles: ROLES }, [...ROLES.map(area), axes(frame)]);
}

/** A metric's two lines with the moment at which it was decided. */
export function metricChart(story: AnalysisStory, metric: string, id: string): Markup {
  const points = story.looks.flatMap(({ seconds, metrics }) => {
    const found = metrics.find(one => one.metric === metric);
    return found ? [{ seconds, ...found }] : [];
  });
  const shown = points.filter(({ canary, reference }) => canary[1] > 0 && reference[1] > 0);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return none;
  const share = ([events, requests]: readonly [number, number]): number => (100 * events) / requests;
  const most = Math.max(1, ...shown.flatMap(({ canary, reference }) => [share(canary), share(reference)])) * 1.1;
  const frame: Frame = { from: first.seconds, to: Math.max(first.seconds + 1, last.seconds), most, unit: percent };
  const [across, up] = [acrossOf(frame), upOf(frame)];
  const line = (role: Role, of: 'canary' | 'reference'): Markup =>
    html`<path class="of ${role}" d="M${shown.map(point => `${number(across(point.seconds))} ${number(up(share(point[of])))}`).join('L')}h0"/>`;
  const decided = points.find(({ verdict }) => verdict === 'fail' || verdict === 'pass');
  const text = `${metric}: canary ${number(share(last.canary))} % of ${last.canary[1]}, ${story.against} ${number(share(last.reference))} % of ${last.reference[1]}${decided ? `; decided as ${decided.verdict} at ${secondsText(decided.seconds)}` : '; not decided'}.`;
  return figure({ id, title: `${metric}, canary and ${story.against}`, text, roles: [story.against, 'canary'] }, [
    axes(frame),
    line(story.against, 'reference'),
    line('canary', 'canary'),
    decided ? marked(across(decided.seconds), decided.verdict) : none,
  ]);
}

function marked(x: number, word: string): Markup {
  const anchor = x > WIDTH / 2 ? 'end' : 'start';
  return html`<path class="mark" d="M${number(x)} ${TOP}V${HEIGHT - BOTTOM}"/><text class="note" x="${number(x)}" y="${TOP - 8}" text-anchor="${anchor}">${word}</text>`;
}
