// Starts each bundle once without a cluster: what a broken build, a missing module or a system of its own kind would break.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? '.', '..');
const base = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, HOME: root, USERPROFILE: root };
const faulty = { INPUT_ACTION: 'deploy', INPUT_PERCENTAGE: '101', INPUT_MANIFESTS: 'nowhere.yaml' };

const runs = [
  { name: 'the command says its version', bundle: 'cli', args: ['--version'], env: {}, expects: /^\d+\.\d+\.\d+/m },
  { name: 'the command explains deploy', bundle: 'cli', args: ['deploy', '--help'], env: {}, expects: /--percentage/ },
  { name: 'the command tells a wrong percentage', bundle: 'cli', args: ['deploy', '--percentage', '101'], env: {}, expects: /101/ },
  {
    name: 'the action tells a wrong percentage',
    bundle: 'action',
    args: [],
    env: { ...faulty, GITHUB_ACTIONS: 'true' },
    expects: /::error.*101/s,
  },
  { name: 'the task tells a wrong percentage', bundle: 'task', args: [], env: { ...faulty, TF_BUILD: 'True' }, expects: /result=Failed/ },
];

console.log(`Node ${process.version}`);
let failed = 0;
for (const { name, bundle, args, env, expects } of runs) {
  const ended = spawnSync(process.execPath, [join(root, bundle, 'dist', 'index.cjs'), ...args], {
    env: { ...base, ...env },
    encoding: 'utf8',
  });
  const output = `${ended.stdout}${ended.stderr}`;
  const good = expects.test(output);
  failed += good ? 0 : 1;
  console.log(`${good ? 'ok' : 'FAILED'}: ${name}${good ? '' : `\n${output}`}`);
}
process.exit(failed === 0 ? 0 : 1);
