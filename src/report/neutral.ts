/**
 * Makes text harmless for whoever reads our output. Build agents execute what looks like a command: Azure `##vso[` and GitHub's old
 * `##[` anywhere in a line, GitHub `::name::` at its beginning; terminals obey control characters. Images, labels and messages of the
 * cluster may hold any of it. The text stays readable: a blank goes between the first two characters of the command.
 */
export function neutral(text: string): string {
  return text
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map(neutralLine)
    .join('\n');
}

function neutralLine(line: string): string {
  return [...line]
    .filter(character => !isControl(character.codePointAt(0) ?? 0))
    .join('')
    .replace(/#(?=#(vso)?\[)/gi, '# ')
    .replace(/^(\s*):(?=:)/, '$1: ');
}

/** Control characters but the tab, the ESC of terminal sequences among them, and the marks that reorder or hide text. */
function isControl(code: number): boolean {
  const hidden = (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || code === 0xfeff;
  return (code < 0x20 && code !== 0x09) || (code >= 0x7f && code < 0xa0) || hidden;
}
