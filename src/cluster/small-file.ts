import { createReadStream } from 'node:fs';
import { textOf } from './text.ts';

/** No kubeconfig, certificate or token comes near. */
const MOST_BYTES = 10_000_000;

/** The text of a file that should be small; one without end, as a device may be, breaks with the code `TOO_LONG`. */
export async function readSmallFile(path: string): Promise<string> {
  return await textOf(createReadStream(path), MOST_BYTES);
}
