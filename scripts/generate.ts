/** Writes the files that are made from the tables of inputs, strategies and routers; with `--check` says which of them are stale, and exits 1 then. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { actionYml } from './action-yml.ts';
import { analysisSchema } from './analysis-schema.ts';
import { matrix } from './matrix.ts';
import recording from './recording/demo.json' with { type: 'json' };
import type { Recording } from './recording/shot.ts';
import { svgOf } from './recording/svg.ts';
import { reference } from './reference.ts';
import { taskJson } from './task-json.ts';
import { troubleshooting } from './troubleshooting/index.ts';

const files: Readonly<Record<string, string>> = {
  'action.yml': actionYml('action/dist/index.cjs'),
  'action/action.yml': actionYml('dist/index.cjs'),
  'task/task.json': taskJson(packageJson.version),
  'docs/reference.md': reference(),
  'docs/matrix.md': matrix(),
  'docs/troubleshooting.md': troubleshooting(),
  'docs/demo.svg': svgOf(recording as Recording),
  'docs/analysis.schema.json': analysisSchema(),
};

if (process.argv.includes('--check')) await check();
else await Promise.all(Object.entries(files).map(([path, text]) => write(path, text)));

async function check(): Promise<void> {
  const current = await Promise.all(Object.keys(files).map(async path => [path, await readFile(path, 'utf8').catch(() => '')] as const));
  const stale = current.filter(([path, text]) => text.replace(/\r\n/g, '\n') !== files[path]).map(([path]) => path);
  if (stale.length === 0) return;
  process.stderr.write(`Stale: ${stale.join(', ')}. Run \`npm run generate\` and commit the result.\n`);
  process.exitCode = 1;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
