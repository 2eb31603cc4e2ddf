/** Builds the three bundles, each one file, and the notices of what is in them. */
import { chmod, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { notices } from './notices.ts';

const limitBytes = 1_500_000;

interface Bundle {
  readonly entry: string;
  readonly out: string;
  /** Whether the simulated cluster may be in it. */
  readonly simulation: boolean;
}

/** The bundle that a shell starts. */
const TERMINAL = 'cli/';

const bundles: readonly Bundle[] = [
  { entry: 'action/main.ts', out: 'action/dist/index.cjs', simulation: false },
  { entry: 'task/main.ts', out: 'task/dist/index.cjs', simulation: false },
  { entry: 'cli/main.ts', out: 'cli/dist/index.cjs', simulation: true },
];

/**
 * The action asks for no OIDC token, but the module that could brings a whole HTTP client along, which takes longer to load than all of
 * ours: as a module without side effects it goes, since nothing of it is used.
 */
const withoutOidc: Plugin = {
  name: 'without-oidc',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/oidc-utils\.js$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), sideEffects: false })),
};

const built = await Promise.all(bundles.map(bundle));
await writeFile('THIRD-PARTY-NOTICES.txt', await notices([...built, await tab()].flatMap(meta => Object.keys(meta.inputs))));
await Promise.all(['LICENSE', 'THIRD-PARTY-NOTICES.txt'].map(copyToTask));

async function bundle(wanted: Bundle): Promise<Metafile> {
  const { metafile } = await build(options(wanted));
  // npm sets this only where it links the command for the first time: `npx` would be refused after a build into an empty folder.
  if (wanted.entry.startsWith(TERMINAL)) await chmod(wanted.out, 0o755);
  await check(wanted, metafile);
  return metafile;
}

function options({ entry, out }: Bundle): BuildOptions & { readonly metafile: true } {
  const shebang = entry.startsWith(TERMINAL) ? { banner: { js: '#!/usr/bin/env node' } } : {};
  return {
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    keepNames: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [withoutOidc],
    ...shebang,
  };
}

/** The tab of a build, as one page of the extension. */
async function tab(): Promise<Metafile> {
  const built = await build({
    entryPoints: ['tab/main.ts'],
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  // Within a page a script ends at this tag, wherever it stands.
  const script = (built.outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
  const page = (await readFile('tab/page.html', 'utf8')).replace('/*SCRIPT*/', () => script);
  await writeFile('task/dist/tab.html', page);
  process.stdout.write(`task/dist/tab.html ${Math.round(page.length / 1000)} kB\n`);
  return built.metafile;
}

async function check({ out, simulation }: Bundle, { inputs }: Metafile): Promise<void> {
  const { size } = await stat(out);
  if (size > limitBytes)
    throw new Error(`${out} has ${size} bytes, more than ${limitBytes}; see which package grew with esbuild's metafile`);
  const simulated = Object.keys(inputs).filter(path => path.startsWith('src/simulation/'));
  if (!simulation && simulated.length > 0)
    throw new Error(`${out} holds ${simulated[0]}: the simulated cluster belongs into the terminal's bundle only`);
  process.stdout.write(`${out} ${Math.round(size / 1000)} kB\n`);
}

/** The extension's package holds the folder task/ and nothing beside it. */
async function copyToTask(file: string): Promise<void> {
  await mkdir('task/dist', { recursive: true });
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (exists) await copyFile(file, `task/dist/${file}`);
}
