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

/** Markdown that there is room for: it ends behind a line, an open fence is closed, and a last line says who has the rest. */
export function cut(markdown: string, most: number, rest: string): string {
  if (markdown.length <= most) return markdown;
  const note = `\n\n**There is no room for the rest: ${rest}.**`;
  const part = markdown.slice(0, markdown.lastIndexOf('\n', most - note.length - FENCE.length));
  const isOpen = (part.match(/^```/gm) ?? []).length % 2 === 1;
  return `${part}${isOpen ? FENCE : ''}${note}`;
}

const FENCE = '\n```';
