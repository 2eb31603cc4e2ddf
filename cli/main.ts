import { basename } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { main } from '../src/entry.ts';
import { runToItsEnd } from '../src/exit.ts';
import { giveAnswer } from './answer.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { completionScript, completions, shells } from './completion.ts';
import { help, noCommand, outputsOf } from './help.ts';
import { showHistory } from './history.ts';
import { judge } from './judge/index.ts';
import { showFindings } from './lint/index.ts';
import { processStreams, type Streams, terminal } from './platform.ts';
import { showRole } from './role.ts';
import { showSize } from './size.ts';
import { showStatus } from './status.ts';
import { wrapped } from './wrap.ts';

/** kubectl asks the program of this name what may stand behind `kubectl canary`. */
const completer = /^kubectl_complete-canary(\.\w+)?$/;

async function start([program = '', ...words]: readonly string[], streams: Streams): Promise<number> {
  if (completer.test(basename(program))) return say(completions(words), streams);
  return words[0] === '__complete' ? say(completions(words.slice(1)), streams) : run(parseArguments(words), streams);
}

async function run(given: Arguments, streams: Streams): Promise<number> {
  const answered = aboutItself(given, streams);
  if (answered !== null) return answered;
  if (given.command === null) return refuse(wrapped(help(null), streams.width), streams);
  if (given.command === 'completion') return complete(given, streams);
  if (given.faults.length > 0) return refuse(given.faults.map(fault => `Error: ${fault}`).join('\n'), streams);
  const outputs = outputsOf(given.command);
  if (!outputs.includes(given.output))
    return refuse(`Error: --output: "${given.output}" is not allowed; allowed: ${outputs.join(', ')}`, streams);
  return act(given, streams);
}

/** The version, help, or that there is no such command; null where one is to run. */
function aboutItself(given: Arguments, streams: Streams): number | null {
  if (given.version || given.command === 'version') return say(packageJson.version, streams);
  const about = given.command === 'help' ? (given.inputs.manifests ?? null) : given.command;
  const strange = about === null ? null : noCommand(about);
  if (strange !== null) return refuse(wrapped(`Error: ${strange}`, streams.width), streams);
  return given.help || given.command === 'help' ? say(wrapped(help(about), streams.width), streams) : null;
}

function complete({ inputs: { manifests: shell = '' } }: Arguments, streams: Streams): number {
  const script = completionScript(shell);
  return script === null
    ? refuse(`Error: completion: "${shell}" is not a supported shell; use one of ${shells.join(', ')}`, streams)
    : say(script, streams);
}

async function act(given: Arguments, streams: Streams): Promise<number> {
  const local = given.command === null ? undefined : LOCAL[given.command];
  if (local) return local(given, streams);
  const platform = terminal(given, streams, packageJson.version);
  if (given.command === 'size') return showSize(platform, given);
  if (given.command === 'history') return showHistory(platform, given, streams);
  if (given.command === 'approve' || given.command === 'refuse') return giveAnswer(platform, given, given.command);
  if (given.command === 'status') return showStatus(platform, given, streams);
  const code = await main(platform);
  platform.flush();
  return code;
}

/** What asks no cluster. */
const LOCAL: Readonly<Record<string, ((given: Arguments, streams: Streams) => number | Promise<number>) | undefined>> = {
  demo: playground,
  simulate: playground,
  judge: ({ inputs }, streams) => judge(inputs, streams),
  lint: (given, streams) => showFindings(given, streams, { directory: process.cwd(), version: packageJson.version }),
  role: (given, streams) => showRole(given, streams, process.cwd()),
};

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

runToItsEnd(() => start(process.argv.slice(1), processStreams(process.env)));
