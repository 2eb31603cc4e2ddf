/**
 * `npm run release:act`: HEAD becomes a release in a bare repository, and the sample workflow runs from its tag, by act on this machine and
 * on the cluster of $KUBECONFIG. One version is promoted, one is seen failing and rejected. Needs the bundles, git, kubectl, act (or the
 * program that $ACT names), and a cluster whose pods answer as the tag of their image says.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitIn } from './git.ts';
import { BUNDLES, release } from './tag.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
const scratch = mkdtempSync(join(tmpdir(), 'acted-'));
const shop = join(scratch, 'shop');
const namespace = 'released';
const limitMilliseconds = 300_000;
const identity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap(role => [
    [`GIT_${role}_NAME`, 'Rehearsal'],
    [`GIT_${role}_EMAIL`, 'rehearsal@example.com'],
  ]),
);

/** How act ended, and all that it printed. */
interface Ended {
  readonly code: number | null;
  readonly said: string;
}

try {
  await rehearse();
} finally {
  rmSync(scratch, { recursive: true });
}

async function rehearse(): Promise<void> {
  const action = released();
  kubectl('create', 'namespace', namespace);
  kubectl('apply', '--namespace', namespace, '--filename', 'samples/manifests/web');
  kubectl('rollout', 'status', '--namespace', namespace, 'deployment/web', '--timeout', '60s');
  const good = await played(action, text => text.replace('soak: 5m', 'soak: 5s').replace('metrics: errors', "metrics: ''"));
  const image = running();
  told('a good version is promoted', good.code === 0 && /status=promoted/.test(good.said) && image.endsWith(commit()), good);
  const bad = await played(action, text => text.replace('github.sha }}', 'github.sha }}-err20'));
  const isBack =
    running() === image && kubectl('get', 'deployments', '--namespace', namespace, '--output', 'name') === 'deployment.apps/web';
  told('a failing version is seen and rejected', bad.code !== 0 && /ANALYSIS_FAILED.*status=rejected/s.test(bad.said) && isBack, bad);
}

/** Releases HEAD into a bare repository. The folder of a checkout of the tag. */
function released(): string {
  const [origin, checkout, action] = [join(scratch, 'origin'), join(scratch, 'checkout'), join(scratch, 'action')];
  gitIn(scratch)('init', '--quiet', '--bare', origin);
  gitIn('.')('clone', '--quiet', '--no-hardlinks', '.', checkout);
  const changes = join(checkout, 'CHANGELOG.md');
  writeFileSync(changes, readFileSync(changes, 'utf8').replace('## [Unreleased]', `## [${version}] - 2026-01-01`));
  gitIn(checkout, identity)('commit', '--quiet', '--all', '--no-verify', '--message', 'Name the changes');
  for (const path of BUNDLES) cpSync(path, join(checkout, path), { recursive: true });
  Object.assign(process.env, identity);
  release({ folder: checkout, version, remote: origin });
  gitIn(scratch)('clone', '--quiet', '--branch', `v${version}`, origin, action);
  return action;
}

/** The sample in a repository of its own, changed by `change`, run by act under traffic. */
async function played(action: string, change: (text: string) => string): Promise<Ended> {
  rmSync(shop, { recursive: true, force: true });
  cpSync('samples/manifests/web', join(shop, 'samples/manifests/web'), { recursive: true });
  cpSync('samples/github/canary-template.yml', join(shop, '.github/workflows/canary.yml'));
  writeFileSync(join(shop, '.github/workflows/canary.yml'), change(readFileSync('samples/github/canary-template.yml', 'utf8')));
  const git = gitIn(shop, identity);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Shop');
  git('remote', 'add', 'origin', 'https://github.com/example/shop');
  const address = `http://${kubectl('get', 'service', 'web', '--namespace', namespace, '--output', 'jsonpath={.spec.clusterIP}')}/`;
  const traffic = setInterval(
    () =>
      void fetch(address).then(
        answer => answer.text(),
        () => undefined,
      ),
    10,
  );
  return await acted(action).finally(() => clearInterval(traffic));
}

function acted(action: string): Promise<Ended> {
  const words = ['push', '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--action-cache-path', join(scratch, 'cache')];
  const local = `kubernetes-rollout/kubernetes-rollout@v${version}=${action}`;
  const run = spawn(process.env.ACT ?? 'act', [...words, '--secret', 'KUBECONFIG', '--local-repository', local], {
    cwd: shop,
    env: { ...process.env, HOME: join(scratch, 'home'), KUBECONFIG: kubeconfig() },
    timeout: limitMilliseconds,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [run.stdout, run.stderr]) stream.on('data', chunk => said.push(chunk));
  return new Promise((resolve, reject) => {
    run.on('error', reject);
    run.on('close', code => resolve({ code, said: Buffer.concat(said).toString('utf8') }));
  });
}

/** The text of the kubeconfig, whose context has our namespace. */
function kubeconfig(): string {
  const own = join(scratch, 'kubeconfig');
  writeFileSync(own, kubectl('config', 'view', '--raw', '--minify', '--flatten'));
  kubectl('config', 'set-context', '--current', '--namespace', namespace, '--kubeconfig', own);
  return readFileSync(own, 'utf8');
}

function commit(): string {
  return gitIn(shop)('rev-parse', 'HEAD');
}

function running(): string {
  const image = 'jsonpath={.spec.template.spec.containers[0].image}';
  return kubectl('get', 'deployment', 'web', '--namespace', namespace, '--output', image);
}

function kubectl(...words: readonly string[]): string {
  return execFileSync('kubectl', words, { encoding: 'utf8' }).trim();
}

function told(truth: string, isTrue: boolean, { said }: Ended): void {
  process.stdout.write(isTrue ? `ok: ${truth}\n` : `${said}\nFAILED: ${truth}\n`);
  if (!isTrue) process.exitCode = 1;
}
