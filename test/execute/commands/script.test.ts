import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { machineTime } from '../../../src/cluster/clock.ts';
import { outputOf, wordsOf } from '../../../src/execute/commands/process.ts';
import { runScript } from '../../../src/execute/commands/script.ts';
import type { Lease } from '../../../src/execute/lease.ts';
import type { Session } from '../../../src/execute/session.ts';
import { parseInputs } from '../../../src/inputs/parse.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Rollout } from '../../../src/model/record.ts';
import { aRollout } from '../../build/rollout.ts';
import { countedTime } from '../../fakes/time.ts';

const time = countedTime(machineTime);

const TENTH = { weights: { stable: 900, canary: 100 } };
const STABLE = { weights: { stable: 1000 } };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'script-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(time.waiting()).toBe(0);
});

/** A process that holds the record of `web`, and what it wrote and said. */
function stage(timeout = '20s') {
  const written: Rollout['scripted'][] = [];
  const events: Event[] = [];
  const stop = new AbortController();
  let held = aRollout({ scripted: { other: { traffic: TENTH, done: true } } });
  const lease: Pick<Lease, 'held' | 'remember'> = {
    held: () => [held],
    async remember(rollout) {
      held = rollout;
      written.push(rollout.scripted);
    },
  };
  const { inputs } = parseInputs({ action: 'promote', timeout }, 'terminal');
  const session = {
    signal: stop.signal,
    cluster: { time },
    request: { inputs },
    emit: (event: Event) => void events.push(event),
  };
  return { written, events, stop, session: session as unknown as Session, lease: lease as Lease };
}

async function command(source: string): Promise<string> {
  const path = join(folder, 'set traffic.mjs');
  await writeFile(path, source);
  return `"${process.execPath}" '${path}' "${folder}"`;
}

const run = (line: string, traffic: Rollout['scripted'] extends infer _ ? typeof TENTH | null : never = TENTH) => ({
  do: 'run' as const,
  command: line,
  input: '{"service":"web"}\n',
  record: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'web-rollout' },
  service: 'web',
  traffic,
  text: '',
});

const WRITE = `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync(process.argv[2] + '/got', readFileSync(0, 'utf8'));
console.log('set');
if (process.env.INPUT_KUBECONFIG) process.exit(9);`;

/** A process that has ended and was not waited for yet is still known to the system. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a script that sets the traffic', () => {
  test('reads the split on its standard input, and what it prints is told', async () => {
    const { session, lease, events } = stage();
    await runScript(run(await command(WRITE)), session, lease);
    expect(await readFile(join(folder, 'got'), 'utf8')).toBe('{"service":"web"}\n');
    expect(events).toEqual([{ type: 'progress', text: expect.stringMatching(/: set$/) }]);
  });

  test('is noted in the record before it runs and again when it has ended well, beside other Services', async () => {
    const { session, lease, written } = stage();
    await runScript(run(await command(WRITE)), session, lease);
    const other = { traffic: TENTH, done: true };
    expect(written).toEqual([
      { other, web: { traffic: TENTH, done: false } },
      { other, web: { traffic: TENTH, done: true } },
    ]);
  });

  test('is forgotten once everything is back on stable', async () => {
    const { session, lease, written } = stage();
    await runScript(run(await command(WRITE), null), session, lease);
    const other = { traffic: TENTH, done: true };
    expect(written).toEqual([{ other, web: { traffic: STABLE, done: false } }, { other }]);
  });

  test('fails with its exit code, and the record says that nobody knows how requests go', async () => {
    const { session, lease, written } = stage();
    const failing = runScript(run(await command('process.exit(3);')), session, lease);
    await expect(failing).rejects.toMatchObject({ code: 'SCRIPT_FAILED', message: expect.stringContaining('exit code 3') });
    expect(written.at(-1)?.web).toEqual({ traffic: TENTH, done: false });
  });

  test('that cannot be started fails by name', async () => {
    const { session, lease } = stage();
    await expect(runScript(run('./no-such-script'), session, lease)).rejects.toThrow('./no-such-script');
  });

  test('that prints without an end is ended, and a log of it stays one that people read', async () => {
    const { session, lease, events } = stage();
    const endless = await command(
      "process.stdout.on('error', () => {}); (function more() { process.stdout.write('yes\\n'.repeat(9999), more); })();",
    );
    await expect(runScript(run(endless), session, lease)).rejects.toThrow('printed more than 10 MB');
    expect(events).toHaveLength(1001);
  });

  test('is ended when it takes longer than the timeout', async () => {
    const { session, lease } = stage('1s');
    await expect(runScript(run(await command('setInterval(() => {}, 1000);')), session, lease)).rejects.toThrow('longer than 1 s');
  });

  test('that ignores the end, and whose child holds its output, is ended with all that it started', async () => {
    const { session, lease } = stage('6s');
    const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid);`;
    const source = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => {});
const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'inherit', 'inherit'] });
writeFileSync(process.argv[2] + '/pid', String(child.pid));
setInterval(() => {}, 1000);`;
    await expect(runScript(run(await command(source)), session, lease)).rejects.toThrow('longer than 6 s');
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise(resolve => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });

  test('that has ended well is not waited for where what it started holds its output', async () => {
    const { session, lease, events } = stage();
    const source = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'inherit'] });
child.unref();
writeFileSync(process.argv[2] + '/pid', String(child.pid));
console.log('set');`;
    await runScript(run(await command(source)), session, lease);
    expect(events).toEqual([{ type: 'progress', text: expect.stringMatching(/: set$/) }]);
    process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  });

  test('is ended when the action is stopped', async () => {
    const { session, lease, stop, events } = stage();
    const ended = runScript(run(await command("console.log('up'); setInterval(() => {}, 1000);")), session, lease);
    const watch = setInterval(() => events.length > 0 && stop.abort(), 20);
    await expect(ended).rejects.toMatchObject({ code: 'INTERRUPTED' });
    clearInterval(watch);
  });

  test('sees none of the step’s inputs, which may hold credentials', async () => {
    const { session, lease } = stage();
    process.env.INPUT_KUBECONFIG = 'secret';
    try {
      await runScript(run(await command(WRITE)), session, lease);
    } finally {
      delete process.env.INPUT_KUBECONFIG;
    }
  });

  test('is split into words as a shell would, and by nothing else of a shell', () => {
    expect(wordsOf(`sh -c "echo 'a b' > x" --env=pro'd 1' $HOME ;`)).toEqual(['sh', '-c', "echo 'a b' > x", '--env=prod 1', '$HOME', ';']);
  });
});

describe('a program that is run for what it prints', () => {
  const print = (script: string, seconds = 20) =>
    outputOf(
      { program: 'sh', args: ['-c', script], directory: folder },
      { bytes: 1000, seconds },
      { time, signal: new AbortController().signal },
    );

  test('is heard to its last byte, also of what it has started: half of the objects would be another release', async () => {
    const { output, why } = await print('(sleep 0.6; echo late) & echo early');
    expect([Buffer.from(output).toString(), why]).toEqual(['early\nlate\n', null]);
  });

  test('is ended with all that it started when its time is over', async () => {
    const { output, why } = await print('sleep 100 & echo $!; wait', 0.3);
    expect(why).toBe('took longer than 0.3 s');
    const pid = Number(Buffer.from(output).toString());
    for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise(resolve => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });

  test('tells the end of its complaint, and whether the machine has it at all', async () => {
    expect(await print('echo no such base >&2; exit 3')).toMatchObject({
      said: 'no such base\n',
      why: 'ended with exit code 3',
      isAbsent: false,
    });
    const absent = outputOf(
      { program: './nope', args: [], directory: folder },
      { bytes: 1, seconds: 1 },
      { time, signal: AbortSignal.abort() },
    );
    expect(await absent).toMatchObject({ isAbsent: true });
  });
});
