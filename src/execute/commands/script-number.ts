import type { Measured, OwnMetric } from '../../model/metrics.ts';
import { type Bounds, runCommand } from './process.ts';

/** A soak must not stand still over one number. */
const LONGEST_SECONDS = 30;
const MOST_CHARACTERS = 10_000;

/** What a command says: the number on its standard output, or its exit code. Never throws. */
export async function numberOfScript({ reads }: OwnMetric, command: string, bounds: Bounds): Promise<Measured> {
  const said = { stdout: '', stderr: '' };
  const { why, code } = await runCommand(
    {
      command,
      input: '',
      timeoutSeconds: LONGEST_SECONDS,
      onLine: (line, from) => {
        said[from] = `${said[from]}${line}\n`.slice(-MOST_CHARACTERS);
      },
    },
    bounds,
  );
  if (reads === 'exit-code' && code !== null) return exited(code, lastLine(said.stderr) || lastLine(said.stdout));
  if (why !== null) return { kind: 'error', text: [`the command ${why}`, lastLine(said.stderr)].filter(text => text !== '').join(': ') };
  return numberIn(said.stdout.trim());
}

const exited = (code: number, said: string): Measured => ({ kind: 'value', value: code, ...(code === 0 || said === '' ? {} : { said }) });

function numberIn(text: string): Measured {
  if (text === '' || /^(none|null|no data)$/i.test(text)) return { kind: 'no-data', text: 'the command prints no number' };
  if (/^nan$/i.test(text)) return { kind: 'nan', text: 'the command prints NaN' };
  const [line = '', ...more] = text.split('\n');
  if (more.length > 0)
    return { kind: 'error', text: `the command prints ${more.length + 1} lines instead of one number: "${line.slice(0, 80)}"` };
  const value = Number(text);
  return Number.isNaN(value)
    ? { kind: 'error', text: `the command prints "${text.slice(0, 80)}" instead of a number` }
    : { kind: 'value', value };
}

const lastLine = (text: string): string => (text.trim().split('\n').at(-1) ?? '').slice(0, 200);
