/** Runs that end in a way that nobody foresaw, each in a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const here = import.meta.dirname;

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

function program(how: string): ChildProcessWithoutNullStreams {
  const args = ['--import', 'tsx', join(here, 'program.ts'), how];
  return spawn(process.execPath, args, { cwd: join(here, '..', '..'), env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
}

const codeOf = (child: ChildProcessWithoutNullStreams): Promise<number | null> =>
  new Promise((done, fail) => child.on('error', fail).on('close', done));

/** Runs the entry on a platform whose connection does this. */
async function ends(how: string): Promise<Ended> {
  const child = program(how);
  const pieces: string[] = [];
  child.stdout.on('data', piece => pieces.push(String(piece)));
  child.stderr.on('data', piece => pieces.push(String(piece)));
  return { code: await codeOf(child), text: pieces.join('') };
}

describe('a run', () => {
  test('that waits for what never comes is red, and says that it goes on when it is run again', async () => {
    const { code, text } = await ends('never');
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('UNFINISHED: The run ended before it was done') });
    expect(text).toContain('Run the same action again');
    expect(text).toContain('output status=failed');
    expect(text).toContain('summary ');
  });

  test.each(['thrown later', 'rejected later'])('of which something is %s is red in the words of a bug, without source text', async how => {
    const { code, text } = await ends(how);
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('This is a bug in Rollout for Kubernetes') });
    expect(text).not.toMatch(/\n\s*\^/);
    expect(text).toContain('output status=failed');
  });

  test('whose reader has gone goes on to its end without a word', async () => {
    const child = program('closed pipe');
    const complaints: string[] = [];
    child.stderr.on('data', piece => complaints.push(String(piece)));
    child.stdout.destroy();
    child.stdin.end();
    expect(await codeOf(child)).toBe(3);
    expect(complaints).toEqual([]);
  });
});
