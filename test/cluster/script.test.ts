import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectNoTrace, failed, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { web } from './lab/web.ts';

const flags: Flags = { 'traffic-split-method': 'script', script: 'sh set.sh', 'script-can': 'weight,baseline' };

describeOnLab('a script as a router', () => {
  fact('is told of every split, and at the end that all is on stable', async () => {
    const scene = await scripted('cat >> told');
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    succeeded(await deploy(scene, path, { ...flags, percentage: 20 }));
    expect(await last(scene)).toEqual({ 'web-stable': 800, 'web-baseline': 100, 'web-canary': 100 });
    succeeded(await promote(scene, flags));
    expect(await last(scene)).toEqual({ web: 1000, 'web-baseline': 0, 'web-canary': 0 });
    await expectNoTrace(scene);
  });

  fact('that fails half-way is told by reject to give everything back', async () => {
    const scene = await scripted('tee -a told | grep -q \'"web-canary","weight":0\'');
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    failed(await deploy(scene, path, { ...flags, baseline: false, percentage: 20 }), 'SCRIPT_FAILED');
    expect(await last(scene)).toEqual({ 'web-stable': 1000, 'web-baseline': 0, 'web-canary': 0 });
    succeeded(await reject(scene, flags));
    await expectNoTrace(scene);
  });

  fact('without the script nothing is promoted or rejected, and it is said', async () => {
    const scene = await scripted('cat >> told');
    const path = await file(scene, 'v2.yaml', web({ version: 'v2' }));
    succeeded(await deploy(scene, path, { ...flags, percentage: 20 }));
    expect(failed(await reject(scene, { 'traffic-split-method': null }), 'INVALID_INPUT').output).toContain('script');
    succeeded(await reject(scene, flags));
    await expectNoTrace(scene);
  });
});

async function scripted(body: string): Promise<Scene> {
  const scene = await openScene();
  await writeFile(join(scene.folder, 'set.sh'), `${body}\n`);
  await appendFile(join(scene.folder, 'told'), '');
  await install(scene, web({ version: 'v1' }));
  return scene;
}

/** The weights that the script was last told, by Service. */
async function last(scene: Scene): Promise<Readonly<Record<string, number>>> {
  const lines = (await readFile(join(scene.folder, 'told'), 'utf8')).trim().split('\n');
  const { backends } = JSON.parse(lines.at(-1) ?? '{}');
  return Object.fromEntries(backends.map(({ service, weight }: { service: string; weight: number }) => [service, weight]));
}
