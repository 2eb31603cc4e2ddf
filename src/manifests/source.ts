/** The text of one file, URL or rendered template, its name as a person would call it, without credentials. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The text of bytes in UTF-8, or UTF-16 as PowerShell's redirection writes it. Throws TypeError for what is neither. */
export function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}
