/** A recording of the demo as a picture that moves: an SVG without a script, which README, site and Marketplace show as an image. */
import { frame, frameColumns } from '../../cli/demo/frame.ts';
import { escaped } from '../docs/page.ts';
import { type Recording, sceneOf } from './shot.ts';

const columnWidth = 8.4;
const lineHeight = 18;
const margin = 16;
/** How long the last shot stays before it begins anew. */
const restMilliseconds = 4000;
const colours: Readonly<Record<string, string>> = {
  '1': '#f0f6fc',
  '2': '#7d8590',
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '34': '#79c0ff',
  '36': '#56d4dd',
};

/** The picture of a recording. Shots that look alike are drawn once. */
export function svgOf({ shots, stepMilliseconds }: Recording): string {
  const pictures = shots.map(shot => frame(sceneOf(shot), true).map(lineOf));
  const runs = together(pictures.map(lines => lines.join('\n')));
  const total = pictures.length * stepMilliseconds + restMilliseconds;
  const rows = Math.max(...pictures.map(lines => lines.length));
  const [width, height] = [Math.round(frameColumns * columnWidth + 2 * margin), rows * lineHeight + 2 * margin];
  const percent = (step: number): string => `${+((100 * step * stepMilliseconds) / total).toFixed(2)}%`;
  const rules = runs.map(({ from, to }, index) => {
    const off = index === runs.length - 1 ? '' : `${percent(to)}{visibility:hidden}`;
    const before = from === 0 ? '' : '0%{visibility:hidden}';
    return `#s${index}{animation-name:k${index}}@keyframes k${index}{${before}${percent(from)}{visibility:visible}${off}}`;
  });
  const last = runs.length - 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>The demo: v2 gets 10 %, 25 % and everything; v3 fails a fifth of its requests and is rejected; no request is lost</title>',
    `<style>text{font:14px ui-monospace,Menlo,Consolas,monospace;fill:#c9d1d9}.s{visibility:hidden;animation:${total / 1000}s step-end infinite}`,
    ...rules,
    // Who asks for less motion sees how it ends.
    `@media (prefers-reduced-motion:reduce){.s{animation:none}#s${last}{visibility:visible}}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...runs.map(({ text }, index) => `<g class="s" id="s${index}">${text}</g>`),
    '</svg>\n',
  ].join('\n');
}

/** What stays the same for some steps, once. */
function together(texts: readonly string[]): readonly { readonly text: string; readonly from: number; readonly to: number }[] {
  const starts = texts.flatMap((text, index) => (index === 0 || text !== texts[index - 1] ? [{ text, from: index }] : []));
  return starts.map((start, index) => ({ ...start, to: starts[index + 1]?.from ?? texts.length }));
}

function lineOf(line: string, row: number): string {
  const y = margin + row * lineHeight + 13;
  const width = (text: string): string => `textLength="${+(text.length * columnWidth).toFixed(1)}"`;
  let column = 0;
  const parts = line.split('\u001b[0m').flatMap(part => {
    const [before = '', painted = ''] = part.split('\u001b[');
    const end = painted.indexOf('m');
    return [[before, ''] as const, [painted.slice(end + 1), colours[painted.slice(0, end)] ?? ''] as const];
  });
  return parts
    .flatMap(([text, colour]) => {
      const begins = column;
      column += text.length;
      return words(text).map(({ at, word }) => {
        const x = margin + (begins + at) * columnWidth;
        return `<text x="${+x.toFixed(1)}" y="${y}" ${width(word)}${colour === '' ? '' : ` style="fill:${colour}"`}>${escaped(word)}</text>`;
      });
    })
    .join('');
}

/** What stands between two spaces or more, each at its column: browsers fold spaces. */
const words = (text: string): readonly { readonly at: number; readonly word: string }[] =>
  [...text.matchAll(/\S+(?: \S+)*/g)].map(({ index, 0: word }) => ({ at: index, word }));
