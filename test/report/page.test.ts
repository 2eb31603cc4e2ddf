/** The report of a run: what it holds, that nothing in it is markup of others', and how a real browser lays it out. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import { type Chronicle, chronicleOf, type Told } from '../../src/report/chronicle.ts';
import { harmlessly } from '../../src/report/harmless.ts';
import { pageOf } from '../../src/report/page/index.ts';
import { variants } from './samples.ts';

const slower = { '0.005': 60, '0.01': 20, '0.1': 4, '2.5': 1, '10': 0 };

/** An analysis of so many looks, five seconds apart, that ends as a failure. */
function analysed(looks: number, name = 'web'): readonly Event[] {
  return [
    ...Array.from(
      { length: looks },
      (_, i): Event => ({
        type: 'looked',
        workload: name,
        against: 'baseline',
        metrics: ['errors', 'latency'].map(metric => ({
          metric,
          canary: [3 * i, 20 * i],
          reference: [i, 20 * i],
          worse: i / looks,
          acceptable: 0,
          verdict: i === looks - 1 && metric === 'errors' ? 'fail' : 'inconclusive',
        })),
        counts: Object.fromEntries(['canary', 'baseline', 'stable'].map(side => [side, { requests: 100, errors: 3, slower }])),
      }),
    ),
    {
      type: 'analysed',
      workload: name,
      verdict: 'fail',
      findings: [
        {
          metric: 'errors',
          verdict: 'fail',
          canary: '15 % of 100',
          reference: '5 % of 100',
          against: 'baseline',
          difference: '+10 points',
          worse: 1,
          acceptable: 0,
        },
      ],
    },
  ];
}

const failed: Event = {
  type: 'failed',
  code: 'ANALYSIS_FAILED',
  message: 'web: worse',
  hint: 'Look at the logs.',
  standing: { traffic: 'stable', isUnmoved: false, isReplacing: false, release: 'abc1234567', weights: { stable: 1000 }, variants },
};

const events = (looks: number, text = 'deploy of web to demo'): readonly Event[] => [
  { type: 'begun', text },
  { type: 'planned', steps: [{ workload: 'web', stage: '10%', text, waitSeconds: 0 }], waitSeconds: 0, dryRun: false },
  { type: 'notice', level: 'warning', text },
  { type: 'shifted', workload: 'web', weights: { stable: 1000, baseline: 0, canary: 0 } },
  { type: 'shifted', workload: 'web', weights: { stable: 800, baseline: 100, canary: 100 } },
  { type: 'measured', workload: 'web', asked: 10, measured: 9.6, requests: 1402 },
  { type: 'done', text, seconds: 3 },
  ...analysed(looks),
  { type: 'explained', ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' }, lines: [text] },
  { type: 'held', namespace: 'demo', workload: 'web', until: 0 },
  { type: 'answered', namespace: 'demo', workload: 'web', verdict: 'approve', by: text, at: 1_000_000 },
  { type: 'shifted', workload: 'web', weights: { stable: 1000 } },
  failed,
];

const frame = { tool: '0.1.0', run: { name: 'run 12 of web', url: 'https://ci.example/12' }, endedAt: 5000 * 500 };
const chronicle = (all: readonly Event[]): Chronicle =>
  chronicleOf(
    all.map((event, i): Told => ({ at: 5000 * i, event })),
    frame,
  );

test('draws the shares of each workload by themselves', () => {
  const shifted = (workload: string, canary: number): Event => ({ type: 'shifted', workload, weights: { stable: 1000 - canary, canary } });
  const page = pageOf(chronicle([shifted('web', 100), shifted('api', 500), shifted('web', 200)]));
  expect(page.match(/<figcaption>[^<]+/g)).toEqual([
    '<figcaption>2 shifts; at the end stable 80 %, canary 20 %.',
    '<figcaption>1 shift; at the end stable 50 %, canary 50 %.',
  ]);
  expect(page).toContain('Shares of the requests of api over time');
});

describe('the page', () => {
  const page = pageOf(chronicle(events(12)));

  test.each([
    ['how it ended, and what to do', 'ANALYSIS_FAILED'],
    ['what to do', 'Look at the logs.'],
    ['who ran it', '<a href="https://ci.example/12" rel="noreferrer">run 12 of web</a>'],
    ['the share that was measured', '9.6 % of 1402 requests'],
    ['each metric with the moment of its decision', 'errors: canary 15 % of 220, baseline 5 % of 220; decided as fail at 1 min 30 s.'],
    ['how long answers took', 'canary: most of 100 requests ≤ 5 ms'],
    ['the versions', 'web:2, proxy:7'],
    ['who approved', 'web was approved by deploy of web to demo at 1970-01-01 00:16 UTC'],
    ['why pods were not ready', 'web-canary: deploy of web'],
    ['the shares as a table too', 'stable 80 %, baseline 10 %, canary 10 %'],
  ])('has %s', (_, words) => {
    expect(page).toContain(words);
  });

  test('needs nothing of the net, runs nothing, and names every chart for whoever cannot see it', () => {
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import|src=/);
    expect(page.match(/<svg/g)).toHaveLength(4);
    for (const [, labels = ''] of page.matchAll(/<svg[^>]*role="img" aria-labelledby="([^"]+)"/g))
      for (const id of labels.split(' ')) expect(page).toContain(`id="${id}"`);
  });

  test('shows what comes from the cluster, and takes none of it for markup', () => {
    const hostile = '</style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202e\u0000';
    const shown = pageOf({ ...chronicle(events(3, hostile)), run: { name: hostile, url: 'javascript:alert(1)' } });
    expect(shown).not.toMatch(/<script|<img|\u202e|href="javascript/);
    expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('of a long run with many words stays below 300 kB', () => {
    const long: readonly Event[] = Array.from({ length: 4000 }, (_, i) => ({
      type: 'done',
      text: `step ${i} ${'word '.repeat(20)}`,
      seconds: 1,
    }));
    const size = Buffer.byteLength(pageOf(harmlessly(chronicle([...events(2000), ...long]), text => text)));
    expect(size).toBeGreaterThan(20_000);
    expect(size).toBeLessThan(300_000);
  });

  test('of a run that failed before it began says so', () => {
    const shown = pageOf(chronicle([{ type: 'failed', code: 'INVALID_INPUT', message: 'One input is wrong', hint: 'Correct it.' }]));
    expect(shown).toContain('One input is wrong');
    expect(shown).not.toContain('<svg');
  });
});

/** What is wrong with a value by a schema, as far as ours goes; empty: nothing. */
function faults(value: unknown, schema: Record<string, unknown>, path = '$'): readonly string[] {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const { type, const: only, enum: some, required = [], properties = {}, items } = schema;
  const fields = properties as Record<string, Record<string, unknown>>;
  if (type !== undefined && ![type].flat().includes(kind)) return [`${path} is ${kind}`];
  if (only !== undefined && only !== value) return [`${path} is not ${String(only)}`];
  if (Array.isArray(some) && !some.includes(value)) return [`${path} is ${String(value)}`];
  if (Array.isArray(value)) return items ? value.flatMap((item, i) => faults(item, items as Record<string, unknown>, `${path}[${i}]`)) : [];
  if (kind !== 'object') return [];
  const object = value as Record<string, unknown>;
  const strange =
    Object.keys(fields).length > 0 && type === 'object' ? Object.keys(object).filter(key => path === '$' && !fields[key]) : [];
  return [
    ...strange.map(key => `${path}.${key} is not in the schema`),
    ...(required as readonly string[]).filter(key => !(key in object)).map(key => `${path}.${key} is missing`),
    ...Object.entries(fields).flatMap(([key, field]) => (key in object ? faults(object[key], field, `${path}.${key}`) : [])),
  ];
}

test('the data are as their schema says', () => {
  const schema = JSON.parse(readFileSync('samples/report.schema.json', 'utf8')) as Record<string, unknown>;
  const data = JSON.parse(JSON.stringify(chronicle(events(5)))) as Record<string, unknown>;
  expect(faults(data, schema)).toEqual([]);
  expect(faults({ ...data, seconds: '5' }, schema)).toEqual(['$.seconds is string']);
});

const browser = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(path => existsSync(path));

/** Texts of the page that lie over each other or beyond their chart, what is wider than the window, verdicts beside it, and what was fetched. */
const looks = `<script>addEventListener('load', () => {
  const boxes = [...document.querySelectorAll('svg text, h1, h2, h3, p, li, td, th, figcaption')]
    .filter(one => one.checkVisibility() && !one.querySelector('p, li, td'))
    .map(one => ({ text: one.textContent.slice(0, 40), box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
  const over = boxes.flatMap((one, i) => boxes.slice(i + 1).filter(other =>
    Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > 1 &&
    Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top) > 1).map(other => one.text + ' / ' + other.text));
  const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [];
  const fetched = performance.getEntriesByType('resource').map(({ name }) => name);
  const small = [...document.querySelectorAll('svg text')].filter(one => one.getBoundingClientRect().height < 10).map(one => one.textContent);
  const cut = [...document.querySelectorAll('svg text')].filter(one => {
    const [text, drawing] = [one, one.ownerSVGElement].map(each => each.getBoundingClientRect());
    return text.left < drawing.left - 1 || text.right > drawing.right + 1;
  }).map(one => one.textContent);
  const aside = [...document.querySelectorAll('td.pass, td.fail')].filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.textContent);
  document.body.innerHTML = '<pre>' + btoa(unescape(encodeURIComponent(JSON.stringify({ seen: boxes.length, over, wide, fetched, small, cut, aside })))) + '</pre>';
})</script>`;

(browser ? describe : describe.skip)('in a real browser', () => {
  test.each([
    ['a phone', 390, 12],
    ['a desk', 1200, 12],
    ['a phone, of an analysis that ended at once', 390, 2],
  ])(
    'on %s nothing lies over anything, is too small to read, or is fetched',
    (_, width, count) => {
      const folder = mkdtempSync(join(tmpdir(), 'page-'));
      try {
        const path = join(folder, 'rollout.html');
        writeFileSync(
          path,
          pageOf(chronicle(events(count)))
            .replace(/<meta http-equiv[^>]*>/, '')
            .replace('</body>', `${looks}</body>`),
        );
        const flags = [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--virtual-time-budget=2000',
          `--window-size=${width},2000`,
          '--dump-dom',
        ];
        const dom = execFileSync(browser ?? '', [...flags, `file://${path}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        const found = JSON.parse(Buffer.from(/<pre>([^<]*)<\/pre>/.exec(dom)?.[1] ?? '', 'base64').toString());
        expect(found).toEqual({ seen: expect.any(Number), over: [], wide: [], fetched: [], small: [], cut: [], aside: [] });
        expect(found.seen).toBeGreaterThan(40);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    60_000,
  );
});
