import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Ground, unstartable } from '../../../src/execute/commands/startable.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'startable-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'in path'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, text: string, mode = 0o755): Promise<void> {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), mode);
}

const here = (): Ground => ({
  directory: folder,
  environment: { PATH: ['/nope', join(folder, 'in path')].join(delimiter) },
  platform: 'linux',
});
const windows = (environment: Ground['environment'] = {}): Ground => ({
  directory: folder,
  environment: { Path: `${folder}/nope;${folder}/in path`, ...environment },
  platform: 'win32',
});

test('a program is found by its path from the working directory, and by its name in PATH', async () => {
  await put('set.sh', '#!/bin/sh\n');
  await put('bin/other', '');
  await put('in path/tool', '#! /bin/sh -e\n');
  await put('with blanks.sh', '#!/usr/bin/env node\n');
  for (const command of ['./set.sh production', 'bin/other', join(folder, 'set.sh'), 'tool --x {{variant}}', '"./with blanks.sh" a'])
    expect(await unstartable(command, here())).toBe(null);
  expect(await unstartable('./{{variant}}.sh', here())).toBe(null);
});

test('what cannot be started is told by what is wrong with it', async () => {
  await put('plain.sh', '#!/bin/sh\n', 0o644);
  await put('windows.sh', '#!/bin/sh\r\nexit 0\r\n');
  await put('strange.sh', '#!/usr/bin/nope -x\n');
  await put('in path/closed', '#!/bin/sh\n', 0o644);
  const whys: readonly (readonly [string, RegExp])[] = [
    ['./nope.sh production', /^\.\/nope\.sh does not exist \(the working directory is .*startable-/],
    ['./bin', /^\.\/bin is no file$/],
    ['./set.sh/x', /does not exist/],
    ['plain.sh', /^plain\.sh is not installed: no directory of PATH has it; for the file in the working directory write \.\/plain\.sh$/],
    ['./plain.sh', /is not executable; chmod \+x, or name what runs it: sh /],
    ['closed', /is not executable/],
    ['./windows.sh', /lines that end as on Windows \(CRLF\)/],
    ['./strange.sh', /begins with #!\/usr\/bin\/nope, which does not exist/],
    ['nope-tool', /^nope-tool is not installed: no directory of PATH has it$/],
    ['"" x', /the command names no program/],
    ['true \0', /NUL character/],
    [`true ${'x'.repeat(40_000)}`, /longer than the 32000 characters/],
  ];
  for (const [command, why] of whys) expect(await unstartable(command, here())).toMatch(why);
});

test('on Windows a name without an extension is a program, and a script of a shell is told with its shell', async () => {
  await put('in path/tool.exe', '');
  await put('in path/az.cmd', '');
  await put('in path/late.py', '');
  await put('set.ps1', '');
  await put('set.sh', '');
  await put('plain', '');
  for (const command of ['tool x', 'tool.exe', 'TOOL.exe'.toLowerCase()]) expect(await unstartable(command, windows())).toBe(null);
  const whys: readonly (readonly [string, RegExp])[] = [
    ['az login', /^az is no program that Windows starts by itself; name what runs it: cmd \/c .*az\.cmd$/],
    ['az.cmd', /name what runs it: cmd \/c /],
    ['./set.ps1', /name what runs it: pwsh -File /],
    ['./set.sh', /name what runs it: bash /],
    ['./plain', /name what runs it: bash /],
    ['./nope', /does not exist/],
    ['late', /is not installed/],
  ];
  for (const [command, why] of whys) expect(await unstartable(command, windows())).toMatch(why);
  expect(await unstartable('late', windows({ PATHEXT: '.EXE;.PY' }))).toMatch(/late\.py$/);
});
