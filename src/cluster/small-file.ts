import { constants, createReadStream, fstat, open } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { textOf } from './text.ts';

/** No kubeconfig, certificate or token comes near. */
const MOST_BYTES = 10_000_000;
/** A login helper that writes into a pipe takes less. */
const PIPE_SECONDS = 60;

/**
 * The text of a file that should be small, a pipe as shells make them (`<(command)`) among them; one without end, as a device may be, breaks with
 * the code `TOO_LONG`, a pipe that nobody fills within `seconds` with `NOBODY_WRITES`.
 */
export async function readSmallFile(path: string, seconds = PIPE_SECONDS): Promise<string> {
  // A pipe without a writer would hold its reader in this very call, and the process behind it.
  const fd = await promisify(open)(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const isPipe = (await promisify(fstat)(fd)).isFIFO();
  return isPipe ? await readPipe(fd, seconds) : await textOf(createReadStream(path, { fd }), MOST_BYTES);
}

/** The socket closes what it reads from. */
async function readPipe(fd: number, seconds: number): Promise<string> {
  const pipe = new Socket({ fd, readable: true, writable: false });
  const late = Object.assign(new Error('nobody writes into the pipe'), { code: 'NOBODY_WRITES' });
  const timer = setTimeout(() => pipe.destroy(late), seconds * 1000);
  try {
    return await textOf(pipe, MOST_BYTES);
  } finally {
    clearTimeout(timer);
  }
}
