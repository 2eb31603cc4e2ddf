/** The commands that need no cluster. */
import type { Arguments } from '../arguments.ts';
import { demo } from '../demo/index.ts';
import type { Streams } from '../platform.ts';
import { simulateFor } from '../simulate/index.ts';

const known: Readonly<Record<string, readonly string[]>> = { demo: ['fast'], simulate: ['serve', 'manifests', 'port'] };

/** Runs `demo` or `simulate`; resolves to the exit code. An option of another command is refused. */
export async function play(given: Arguments, streams: Streams): Promise<number> {
  const { action: command = '', ...options } = given.inputs;
  const strange = Object.keys(options).find(name => !known[command]?.includes(name));
  if (strange !== undefined) {
    streams.err(`Error: --${strange} is not an option of ${command}; see kubernetes-rollout ${command} --help`);
    return 1;
  }
  return command === 'demo'
    ? demo({ isFast: options.fast === 'true', terminal: process.stdout, streams })
    : simulateFor({ manifests: options.manifests, serve: options.serve, port: options.port }, streams);
}
