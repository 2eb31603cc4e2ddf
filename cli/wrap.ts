/** The text with lines that fit the width; what goes on below stands under the word that it belongs to. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => linesOf(line, Math.max(width, 40)))
    .join('\n');
}

function linesOf(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  // Behind a name and two blanks stands what is said of it.
  const hang = (/^ *\S+ {2,}(?=\S)/.exec(line)?.[0] ?? /^ */.exec(line)?.[0] ?? '').length;
  const lines = [line.slice(0, hang).trimEnd()];
  for (const word of line.slice(hang).split(/ +/)) {
    const last = lines.at(-1) ?? '';
    const place = last.padEnd(hang);
    const longer = place.length > hang ? `${last} ${word}` : `${place}${word}`;
    if (longer.length <= width || place.length === hang) lines[lines.length - 1] = longer;
    else lines.push(`${' '.repeat(hang)}${word}`);
  }
  return lines;
}
