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

/** The bytes of a stream. Throws where there are more. */
export async function bounded(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`it holds more than ${Math.floor(mostBytes / 1_000_000)} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
