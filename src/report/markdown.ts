/** Text of the user and of the cluster in Markdown: what would be markup, a link or HTML is shown as it is. */

/** One line of plain text. */
export function words(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#~!&]/g, character => `\\${character}`);
}

/** A name, an image or a command. */
export function code(text: string): string {
  return `\`${text.replace(/[`|\s]+/g, ' ')}\``;
}

/** A list. */
export function bullets(texts: readonly string[]): string {
  return texts.map(text => `- ${words(text)}`).join('\n');
}

/** A message of several lines keeps them. */
export function paragraph(text: string): string {
  return text
    .split('\n')
    .map(line => words(line.trim()))
    .join('  \n');
}

/** Lines as they are: what stands so far in is nothing else in Markdown. */
export function verbatim(lines: readonly string[]): string {
  return lines.map(line => `    ${line}`).join('\n');
}
