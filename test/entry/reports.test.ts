import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeReports } from '../../src/reporting.ts';

/** What was written, and what was said instead. */
async function written(directory: string, paths: readonly string[]): Promise<readonly [readonly string[], string]> {
  const warned: string[] = [];
  const files = await writeReports(
    paths.map(path => ({ path, text: path })),
    { directory, warn: text => void warned.push(text) },
  );
  return [files, warned.join('\n')];
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'rollout-reports-'));

test('a report is written into folders that are not there yet, and over an earlier one', async () => {
  const directory = await folder();
  for (const text of ['a/b/c.html', 'a/b/c.html'])
    expect(await written(directory, [text, 'a/b/d.json'])).toMatchObject([{ length: 2 }, '']);
  expect(await readFile(join(directory, 'a/b/c.html'), 'utf8')).toBe('a/b/c.html');
});

test('a report that nobody can write is a warning, and nobody waits for it', async () => {
  const directory = await folder();
  execFileSync('mkfifo', [join(directory, 'pipe.html')]);
  await mkdir(join(directory, 'folder.html'));
  for (const path of ['pipe.html', 'folder.html', '/proc/nope/x.html', '/dev/null/x.html', 'pipe.html/x.html'])
    expect(await written(directory, [path])).toEqual([[], expect.stringContaining(`The report ${path} could not be written: E`)]);
});
