/** `npm run release:rehearse`: builds every asset of HEAD from two clean clones, compares and checks them, and leaves them in out/. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeAssets } from './assets.ts';
import { type Assets, type Check, checks } from './checks.ts';
import { gitIn } from './git.ts';

const out = resolve('out');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
const scratch = mkdtempSync(join(tmpdir(), 'rehearsal-'));
try {
  rehearse();
} finally {
  rmSync(scratch, { recursive: true });
}

/** Both clones stand in one folder, with the packages beside them: Node looks there, and they are installed once. */
function rehearse(): void {
  const [first, second] = [join(scratch, 'first'), join(scratch, 'the-second-clone')];
  for (const clone of [first, second]) gitIn('.')('clone', '--quiet', '--no-hardlinks', '.', clone);
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(first, file), join(scratch, file));
  run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], scratch);
  for (const clone of [first, second]) run('npm', ['run', 'build'], clone);
  rmSync(out, { recursive: true, force: true });
  writeAssets(first, out, version);
  writeAssets(second, join(scratch, 'again'), version);
  const faults = [...different(join(scratch, 'again')), ...found(first)];
  const listed = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
  for (const line of listed) process.stdout.write(`${line}  ${statSync(join(out, line.split('  ')[1] ?? '')).size} bytes\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

function found(folder: string): readonly string[] {
  return Object.entries(checks).flatMap(([truth, check]) => told(truth, faultsOf(check, { folder, out, version })));
}

/** A check that breaks off has found a fault too. */
function faultsOf(check: Check, assets: Assets): readonly string[] {
  try {
    return check(assets);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function different(again: string): readonly string[] {
  const [one, other] = [out, again].map(folder => readFileSync(join(folder, 'SHA256SUMS'), 'utf8').split('\n'));
  return told(
    'two clones make the same assets',
    (one ?? []).filter(line => !other?.includes(line)).map(line => `another build differs: ${line}`),
  );
}

function told(truth: string, faults: readonly string[]): readonly string[] {
  process.stdout.write(faults.length === 0 ? `ok: ${truth}\n` : faults.map(fault => `FAILED: ${fault}\n`).join(''));
  return faults;
}

function run(command: string, words: readonly string[], cwd: string): void {
  execFileSync(command, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
