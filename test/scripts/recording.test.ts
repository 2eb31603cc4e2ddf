/** The picture of the demo in README and docs: made of a recording, in the words that the demo has today. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { openOnlooker } from '../../cli/demo/onlooker.ts';
import { play } from '../../cli/demo/play.ts';
import { screenOn } from '../../cli/demo/screen.ts';
import { fast } from '../../cli/demo/tempo.ts';
import { openPlayground } from '../../cli/playground/playground.ts';
import { siteOf } from '../../scripts/docs/site.ts';
import kept from '../../scripts/recording/demo.json' with { type: 'json' };
import { type Recording, sceneOf } from '../../scripts/recording/shot.ts';
import { svgOf } from '../../scripts/recording/svg.ts';

const recording = kept as Recording;
const last = () => {
  const shot = recording.shots.at(-1);
  if (shot === undefined) throw new Error('the recording is empty');
  return sceneOf(shot);
};

test('the recording goes to the end of the demo, and no request is lost in it', () => {
  const { acts, lost, sent } = last();
  expect(acts.map(({ state }) => state)).toEqual(acts.map(() => 'done'));
  expect([lost, sent > 10_000]).toEqual([0, true]);
});

test('the demo still says every step that the recording shows', async () => {
  const said = new Set(['']);
  const playground = await openPlayground({ pace: fast.pace });
  const onlooker = { ...openOnlooker(playground.connected.cluster, null), step: (text: string) => void said.add(shape(text)) };
  try {
    await play({ playground, onlooker, screen: screenOn({ write: () => true }), tempo: fast, signal: new AbortController().signal });
  } finally {
    await onlooker.stop();
    await playground.close();
  }
  const shown = [...new Set(recording.shots.map(({ step }) => shape(step)))];
  expect(shown.filter(step => !said.has(step) && !isProgress.test(step))).toEqual([]);
});

/** Times and counts are the tempo's. */
const shape = (text: string): string => text.replace(/[\d.]+/g, '#');
/** What is told of a wait depends on how long it takes. */
const isProgress = /: # of # |waits for its parent gateway$/;

test('the picture shows each moment once, in an order that begins anew, and its last one where no motion is wanted', async () => {
  const svg = svgOf(recording);
  expect(await readFile('docs/demo.svg', 'utf8')).toBe(svg);
  const moments = [...svg.matchAll(/<g class="s" id="s(\d+)">/g)].map(([, id]) => Number(id));
  expect(moments).toEqual(moments.map((_, index) => index));
  expect(svg).toContain(`prefers-reduced-motion:reduce){.s{animation:none}#s${moments.at(-1)}{`);
  expect(svg).not.toMatch(/<script|href=/);
});

test('no text of the picture stands by spaces, which browsers fold: the letters of the rest were spread over their width', () => {
  const texts = [...svgOf(recording).matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter(text => /^\s|\s$|\s\s/.test(text))).toEqual([]);
});

test('README and the page of the demo show the picture', () => {
  const { pages, faults } = siteOf('.', 'https://example.test/');
  expect(faults).toEqual([]);
  for (const [address, picture] of Object.entries({ 'index.html': 'docs/demo.svg', 'docs/demo.html': 'demo.svg' }))
    expect(pages.get(address)?.html).toContain(`<img src="${picture}" alt="`);
});
