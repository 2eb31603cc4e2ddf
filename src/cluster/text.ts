/** The whole of a body as text; one that is longer breaks as a connection does, with the code `TOO_LONG`. */
export async function textOf(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw Object.assign(new Error('the body is too long'), { code: 'TOO_LONG' });
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/** Bytes as text: UTF-8, or UTF-16 as PowerShell's redirection writes it. */
export const decoded = (bytes: Buffer): string => bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
