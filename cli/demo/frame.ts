/** The demo's screen as text. */
import type { Role } from '../../src/model/stage.ts';
import { roles, type Shares } from './measure.ts';
import type { ActLine, Scene } from './scene.ts';
import { countText } from './words.ts';

/** Columns that a frame needs. */
export const frameColumns = 80;

const barColumns = 44;
/** Told apart without colour too. */
const marks: Readonly<Record<Role, string>> = { stable: '█', baseline: '▓', canary: '░' };
const colours: Readonly<Record<Role, number>> = { stable: 36, baseline: 34, canary: 33 };

/** The lines of a frame: as many at every moment, none wider than `frameColumns`. */
export function frame(scene: Scene, colour: boolean): readonly string[] {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return [
    ...scene.acts.map((act, index) => actLine(act, index, paint)),
    '',
    cut(`  now        ${scene.step}`),
    '',
    shareLine('asked', scene.asked, paint),
    shareLine('measured', scene.measured, paint),
    '',
    paint(2, `  ${'variant'.padEnd(11)}${'image'.padEnd(22)}${'pods ready'.padEnd(14)}${'requests'.padStart(10)}${'errors'.padStart(10)}`),
    ...roles.map(role => variantLine(role, scene, paint)),
    '',
    `  ${countText(scene.sent)} requests in all, ${paint(scene.lost === 0 ? 32 : 31, `${countText(scene.lost)} lost`)}`,
  ];
}

type Paint = (code: number, text: string) => string;

function actLine({ title, state, note }: ActLine, index: number, paint: Paint): string {
  const text = `${index + 1}  ${title.padEnd(41)} ${note}`;
  switch (state) {
    case 'ahead':
      return paint(2, cut(`     ${text}`));
    case 'now':
      return paint(1, cut(`  -> ${text}`));
    case 'done':
      return paint(32, cut(`  ok ${text}`));
  }
}

/** "  asked      ████████░░  90 / 10 %", in the order of the variants. */
function shareLine(name: string, shares: Shares, paint: Paint): string {
  const numbers = roles.flatMap(role => (shares[role] === undefined ? [] : [shares[role].toFixed(name === 'asked' ? 0 : 1)]));
  return `  ${name.padEnd(11)}${bar(shares, paint)}  ${numbers.length === 0 ? '' : `${numbers.join(' / ')} %`}`;
}

function bar(shares: Shares, paint: Paint): string {
  const ends = roles.map((_, index) => {
    const until = roles.slice(0, index + 1).reduce((sum, role) => sum + (shares[role] ?? 0), 0);
    return Math.round((until * barColumns) / 100);
  });
  return roles.map((role, index) => paint(colours[role], marks[role].repeat((ends[index] ?? 0) - (ends[index - 1] ?? 0)))).join('');
}

function variantLine(role: Role, { pods, tallies }: Scene, paint: Paint): string {
  const seen = pods[role];
  const { requests, errors } = tallies[role] ?? { requests: 0, errors: 0 };
  if (seen === undefined) return '';
  const share = requests === 0 ? 0 : (errors * 100) / requests;
  const failing = `${share.toFixed(1)} %`.padStart(10);
  const images = seen.images.map(image => image.slice(image.lastIndexOf(':') + 1)).join(', ');
  return [
    `  ${paint(colours[role], marks[role])} ${role.padEnd(9)}`,
    images.padEnd(22),
    `${seen.ready} of ${seen.all}`.padEnd(14),
    countText(requests).padStart(10),
    share > 1 ? paint(31, failing) : failing,
  ].join('');
}

function cut(text: string): string {
  return text.length < frameColumns ? text : `${text.slice(0, frameColumns - 2)}…`;
}
