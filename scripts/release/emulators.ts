/** Programs that start another system's programs on this machine, where they are installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** How a program of another system is started: `command`, then the program. */
export interface Emulator {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Debian's `qemu-user-static` with `libc6-arm64-cross` and `libstdc++6-arm64-cross`, and its `wine64`; null where none is there. */
export function emulatorOf(system: string, scratch: string): Emulator | null {
  const found = (names: readonly string[]): string | undefined =>
    names.map(name => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim()).find(Boolean);
  if (system === 'linux-arm64') {
    const qemu = found(['qemu-aarch64-static', 'qemu-aarch64']);
    const libraries = '/usr/aarch64-linux-gnu';
    return qemu === undefined ? null : { command: existsSync(libraries) ? [qemu, '-L', libraries] : [qemu], environment: {} };
  }
  const wine = system === 'windows-amd64' ? found(['wine64', '/usr/lib/wine/wine64']) : undefined;
  // Wine says that it is an older Windows than Node takes.
  const environment = { WINEPREFIX: join(scratch, 'wine'), WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1' };
  return wine === undefined ? null : { command: [wine], environment };
}
