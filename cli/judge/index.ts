/** `kubernetes-rollout judge FILE`: the product's judge on other people's data. */
import type { RawInputs } from '../../src/inputs/parse.ts';
import { isRecord } from '../../src/manifests/json.ts';
import { bounded, decode, textIn } from '../../src/manifests/source.ts';
import { kindOf } from '../../src/manifests/walk.ts';
import type { Streams } from '../platform.ts';
import { EntryFault } from './fields.ts';
import { type Got, kinds } from './kinds.ts';

/** A file that is larger is not what this was made for. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/** What keeps a file from being judged, a sentence each. */
class Faulty extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Prints the list in the file with what the judge got of each entry. Resolves to the exit code. */
export async function judge(inputs: RawInputs, streams: Streams): Promise<number> {
  try {
    const file = fileIn(inputs);
    streams.out(JSON.stringify(judged(file, await listIn(file)), null, 2));
    return 0;
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    for (const fault of error.faults) streams.err(`Error: ${fault}`);
    return 1;
  }
}

function fileIn({ action: _, manifests = '', ...options }: RawInputs): string {
  const [strange] = Object.keys(options);
  if (strange !== undefined) throw new Faulty([`--${strange} is not an option of judge; see kubernetes-rollout judge --help`]);
  const [file = '', ...others] = manifests.split('\n');
  if (file === '' || others.length > 0) throw new Faulty(['judge takes one file: kubernetes-rollout judge FILE']);
  return file;
}

async function listIn(file: string): Promise<readonly unknown[]> {
  const list = parsed(file, await textOf(file));
  if (!Array.isArray(list)) throw new Faulty([`${file}: a JSON list of entries is required`]);
  return list;
}

/** A pipe without a writer would hold the process, and a device has no end. */
async function textOf(file: string): Promise<string> {
  const kind = file === '-' ? 'file' : await kindOf(file);
  if (kind === 'absent') throw new Faulty([`${file}: no such file; judge takes one, or - for standard input`]);
  if (kind !== 'file') throw new Faulty([`${file}: this is no regular file; judge takes one, or - for standard input`]);
  try {
    return file === '-' ? decode(await bounded(process.stdin, LIMIT_BYTES)) : await textIn(file, LIMIT_BYTES);
  } catch (error) {
    const why =
      error instanceof TypeError ? 'this is no text in UTF-8 or UTF-16; save it as UTF-8' : `it cannot be read: ${messageOf(error)}`;
    throw new Faulty([`${file}: ${why}`]);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Faulty([`${file}: this is not JSON: ${messageOf(error)}`]);
  }
}

/** All faults come together, each with the index of its entry. */
function judged(file: string, list: readonly unknown[]): readonly unknown[] {
  const results = list.map((entry, index) => resultOf(entry, `${file}: entry ${index}`));
  const faults = results.flatMap(result => (typeof result === 'string' ? [result] : []));
  if (faults.length > 0) throw new Faulty(faults);
  return results;
}

function resultOf(entry: unknown, where: string): Got | string {
  if (!isRecord(entry)) return `${where}: an object is required`;
  const { kind, name } = entry;
  const named = typeof name === 'string' ? `${where} (${name})` : where;
  const judgeIt = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (judgeIt === undefined) return `${named}: kind must be one of ${Object.keys(kinds).join(', ')}, not ${JSON.stringify(kind)}`;
  try {
    return { ...entry, ...judgeIt(entry) };
  } catch (error) {
    if (error instanceof EntryFault) return `${named}: ${error.message}`;
    throw error;
  }
}
