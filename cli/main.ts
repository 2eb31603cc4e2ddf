import packageJson from '../package.json' with { type: 'json' };
import { main } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { help, noCommand } from './help.ts';
import { judge } from './judge/index.ts';
import { processStreams, type Streams, terminal } from './platform.ts';
import { showStatus } from './status.ts';

runToItsEnd(() => run(parseArguments(process.argv.slice(2)), processStreams(process.env)));

async function run(given: Arguments, streams: Streams): Promise<number> {
  if (given.version) return say(packageJson.version, streams);
  if (given.help || given.command === 'help') return say(help(given.command), streams);
  if (given.command === null) return refuse(help(null), streams);
  const strange = noCommand(given.command);
  if (strange !== null) return refuse(`Error: ${strange}`, streams);
  if (given.faults.length > 0) return refuse(given.faults.map(fault => `Error: ${fault}`).join('\n'), streams);
  if (!['text', 'json'].includes(given.output))
    return refuse(`Error: --output: "${given.output}" is not allowed; allowed: text, json`, streams);
  return act(given, streams);
}

async function act(given: Arguments, streams: Streams): Promise<number> {
  if (given.command === 'demo' || given.command === 'simulate') return playground(given, streams);
  if (given.command === 'judge') return judge(given.inputs, streams);
  const platform = terminal(given, streams, packageJson.version);
  if (given.command === 'status') return showStatus(platform, given, streams);
  const code = await main(platform);
  platform.flush();
  return code;
}

/** Loaded only when asked for: every other command starts without the simulated cluster. */
async function playground(given: Arguments, streams: Streams): Promise<number> {
  const { play } = await import('./playground/commands.ts');
  return play(given, streams);
}

function say(text: string, streams: Streams): number {
  streams.out(text);
  return 0;
}

function refuse(text: string, streams: Streams): number {
  streams.err(text);
  return 1;
}
