import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The text of one file, URL or rendered template, its name as a person would call it, without credentials. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * The text of bytes in UTF-8, or UTF-16 as PowerShell's redirection writes it. Throws TypeError for what is neither. A mark of the byte order
 * begins a file of Windows, and stands in the middle where such files were put one behind another.
 */
export function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  return text.includes('\ufeff') ? text.replace(/^\ufeff/gm, '') : text;
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

/**
 * The text of a regular file. Throws where it is longer, and where it is not text. Neither opening nor reading waits: some regular files
 * never end and never answer (`/proc/kmsg`).
 */
export async function textIn(path: string, mostBytes: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return decode(await bounded(file.createReadStream(), mostBytes));
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** Why a file or a stream is no text, without its content. */
export function unreadable(error: unknown): string {
  return codeOf(error) ?? String(fieldOf(error, 'message') ?? 'unknown fault');
}

/** The code of an exception of the system, in words where it has a meaning of its own; null when it has none. */
export function codeOf(error: unknown): string | null {
  const code = fieldOf(error, 'code');
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : typeof code === 'string' ? code : null;
}

/** A field of an exception, which may be anything. */
export function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>)[name] : undefined;
}
