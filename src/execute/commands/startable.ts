/** Whether the program of a command can be started, looked up as the system would: asked before a rollout depends on it. */
import { constants, createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, extname, join, resolve } from 'node:path';
import { kindOf } from '../../manifests/walk.ts';
import { wordsOf } from './process.ts';

/** Where commands are started. */
export interface Ground {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Why a command cannot be started, as a sentence without its end; null where it can, as far as its file tells. */
export async function unstartable(command: string, ground: Ground): Promise<string | null> {
  const [program = ''] = wordsOf(command);
  const strange = unfitLine(command, program);
  // What stands in its place is known only when it runs.
  if (strange !== null || program.includes('{{')) return strange;
  const why = await unfound(program, ground);
  return why === null ? null : `${program.slice(0, 200)} ${why}`;
}

function unfitLine(command: string, program: string): string | null {
  if (command.includes('\0')) return 'the command holds a NUL character, which no command line can';
  if (command.length > LONGEST) return `the command is longer than the ${LONGEST} characters that a command line may have`;
  return program === '' ? 'the command names no program' : null;
}

/** Windows takes 32,767. */
const LONGEST = 32_000;

/** Why a program is not found: at its path, or in any directory of PATH. */
async function unfound(program: string, ground: Ground): Promise<string | null> {
  const isPath = program.includes('/') || (ground.platform === 'win32' && program.includes('\\'));
  if (!isPath) return await unlisted(program, ground);
  const why = await whyNot(resolve(ground.directory, program), ground);
  return why === ABSENT ? `${why} (the working directory is ${ground.directory})` : why;
}

async function unlisted(program: string, ground: Ground): Promise<string | null> {
  let why: string | null = null;
  for (const directory of directories(ground)) {
    const found = await whyNot(join(directory, program), ground);
    if (found === null) return null;
    if (found !== ABSENT) why ??= found;
  }
  if (why !== null) return why;
  const isHere = ground.platform !== 'win32' && (await kindOf(resolve(ground.directory, program))) === 'file';
  return `is not installed: no directory of PATH has it${isHere ? `; for the file in the working directory write ./${program}` : ''}`;
}

/** Windows looks into the working directory first; elsewhere an empty entry stands for it. */
const directories = ({ directory, environment, platform }: Ground): readonly string[] => [
  ...(platform === 'win32' ? [directory] : []),
  ...(environment.PATH ?? environment.Path ?? '').split(platform === 'win32' ? ';' : delimiter).map(each => resolve(directory, each)),
];

const ABSENT = 'does not exist';

async function whyNot(path: string, ground: Ground): Promise<string | null> {
  return ground.platform === 'win32' ? await onWindows(path, ground) : await elsewhere(path, ground);
}

async function elsewhere(path: string, ground: Ground): Promise<string | null> {
  const kind = await kindOf(path);
  if (kind === 'absent') return ABSENT;
  if (kind !== 'file') return 'is no file';
  const isExecutable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  return isExecutable ? await uninterpreted(path, ground) : `is not executable; chmod +x, or name what runs it: sh ${path}`;
}

/** A script whose first line names what is not there ends in words that name the script instead. */
async function uninterpreted(path: string, { directory }: Ground): Promise<string | null> {
  const [, line = ''] = /^#!([^\n]*)/.exec(await headOf(path)) ?? [];
  const [interpreter = ''] = line.trim().split(/[ \t]/);
  if (interpreter === '') return null;
  if (line.endsWith('\r')) return 'has lines that end as on Windows (CRLF): its first line names no program that way';
  return (await kindOf(resolve(directory, interpreter))) === 'file' ? null : `begins with #!${interpreter}, which does not exist`;
}

/** What may be executed need not be readable: then nothing of it is known. */
async function headOf(path: string): Promise<string> {
  let head = '';
  try {
    for await (const chunk of createReadStream(path, { end: MOST_OF_LINE })) head += String(chunk);
  } catch {
    return '';
  }
  return head;
}

const MOST_OF_LINE = 255;

/** What Windows starts without a shell, by itself where the name has no extension. */
const STARTED = ['.exe', '.com'];

async function onWindows(path: string, { environment }: Ground): Promise<string | null> {
  const named = extname(path) === '' ? [] : [path];
  const endings = (environment.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean);
  for (const place of [...named, ...[...STARTED, ...endings].map(ending => `${path}${ending}`), path]) {
    const kind = await kindOf(place);
    if (kind === 'file') return STARTED.includes(extname(place).toLowerCase()) ? null : shellOnly(place);
  }
  return (await kindOf(path)) === 'absent' ? ABSENT : 'is no file';
}

function shellOnly(place: string): string {
  const ending = extname(place).toLowerCase();
  const runner = ending === '.ps1' ? 'pwsh -File' : ending === '.sh' || ending === '' ? 'bash' : 'cmd /c';
  return `is no program that Windows starts by itself; name what runs it: ${runner} ${place}`;
}
