/** The samples and templates of both platforms, from the file a user copies to what his cluster holds in the end. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load } from '../../src/manifests/load.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { type Bed, openBed } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { at, expanded, type Given, ourInputs, pipeline } from './pipeline.ts';
import { type Played, type Player, playStages, playWorkflow, step } from './platforms.ts';
import { filledIn, type Scope } from './template.ts';

let stage: CrashStage;
let application: readonly KubeObject[];
beforeAll(async () => {
  stage = await openStage();
  const files = await load(['samples/manifests/web'], {
    cwd: process.cwd(),
    fetch,
    rendering: {
      run: () => Promise.reject(new Error('nothing is rendered')),
      chart: { values: [], sets: [], release: null, namespace: null },
    },
  });
  application = files.map(({ object }) => object);
});
afterAll(() => stage.close());

const open = (): Promise<Bed> => openBed(stage, application);
const running = async (bed: Bed): Promise<unknown> => at((await bed.snapshot())['Deployment/web'], 'spec.template.spec.containers.0.image');

/** A watch of the pods alone, which takes seconds of the simulation. */
const brief: Given = { soak: '2s', metrics: '' };

interface Template {
  readonly play: (player: Player) => Promise<Played>;
  readonly image: string;
  /** What the image is called among the inputs. */
  readonly images: string;
  readonly increments: readonly string[];
  readonly promote: string;
  readonly reject: string;
}

const azure: Template = {
  play: async player => {
    const sample = await pipeline('samples/azure-pipelines/canary-template.yml');
    expect(at(sample, 'extends.template')).toBe('templates/azure-pipelines/canary.yml@rollout');
    const template = await pipeline('templates/azure-pipelines/canary.yml');
    return playStages(filledIn(template, at(sample, 'extends.parameters') as Scope).stages, { 'Build.BuildId': 'v2' }, player);
  },
  image: 'example/web:v2',
  images: 'containers',
  increments: ['Canary10', 'Canary25', 'Canary50'],
  promote: 'Promote',
  reject: 'Reject',
};

const github: Template = {
  play: async player => {
    const sample = await pipeline('samples/github/canary-template.yml');
    const given = at(sample, 'jobs.canary.with') as Given;
    return playWorkflow(await pipeline('.github/workflows/canary.yml'), expanded(given, { 'github.sha': 'v2' }), player);
  },
  image: 'example/web:v2',
  images: 'images',
  increments: ['first', 'second', 'third'],
  promote: 'promote',
  reject: 'reject',
};

describe.each([
  ['the stages template of Azure', azure],
  ['the reusable workflow of GitHub', github],
])('%s', (_, template) => {
  const { increments, promote, reject } = template;

  test('walks through the increments and promotes, and nothing rejects', async () => {
    const bed = await open();
    const traffic = await bed.traffic('service/web');
    const shares: number[] = [];
    const before = (): Given => {
      shares.push(share(traffic));
      traffic.reset();
      return brief;
    };
    expect(await template.play({ bed, before })).toEqual([...increments.map(name => [name, 'deployed']), [promote, 'promoted']]);
    expect(shares.slice(1).every((each, i) => each > (shares[i] ?? 0))).toBe(true);
    expect(traffic.counts().lost).toBe(0);
    expect(await running(bed)).toBe(template.image);
    traffic.stop();
  });

  test.each([
    ['an approval is refused', 'example/web:v2', 'refused'],
    ['the watch finds errors', 'example/web:v2-err20', 'ANALYSIS_FAILED'],
  ])('takes the new version back when %s, and promotes nothing', async (_when, image, ended) => {
    const bed = await open();
    const [first = '', second = ''] = increments;
    const traffic = await bed.traffic('service/web');
    const before = await bed.snapshot();
    const atSecond = ended === 'refused' ? ended : { soak: '20s', [template.images]: image };
    const played = await template.play({ bed, before: name => (name === second ? atSecond : { ...brief, [template.images]: image }) });
    expect(played).toEqual([
      [first, 'deployed'],
      [second, ended],
      [reject, 'rejected'],
    ]);
    expect(await bed.snapshot()).toEqual(before);
    traffic.stop();
  });
});

describe('increments that nobody would ask for', () => {
  const inputs = { kubernetesServiceConnection: 'production', manifests: 'samples/manifests/web', containers: 'example/web:v2' };

  test.each([
    ['without any, promote finds nothing to promote', [], ['NOTHING_TO_PROMOTE', 'unchanged']],
    ['falling ones are carried out as they stand', [50, 25], ['deployed', 'deployed', 'promoted']],
  ])('%s', async (_, increments, ended) => {
    const { stages } = filledIn(await pipeline('templates/azure-pipelines/canary.yml'), { increments, inputs });
    const played = await playStages(stages, {}, { bed: await open() });
    expect(played.map(([, how]) => how)).toEqual(ended);
  });
});

/** Requests in percent that pods of another version than the first answered. */
function share(traffic: Awaited<ReturnType<Bed['traffic']>>): number {
  const pods = traffic.counts().pods;
  const sum = (of: typeof pods): number => of.reduce((total, { requests }) => total + requests, 0);
  return (100 * sum(pods.filter(({ image }) => image.includes(':v2')))) / Math.max(sum(pods), 1);
}

describe('the canary strategy of a deployment job', () => {
  const values: Given = { namespace: '', image: 'example/web:$(Build.BuildId)', 'Build.BuildId': 'v2' };
  const hook = async (path: string, action: string, increment: string): Promise<Given> => {
    const job = at(await pipeline('samples/azure-pipelines/canary-strategy.yml'), 'jobs.0.strategy.canary');
    return expanded(ourInputs(at(job, path)), { ...values, 'strategy.action': action, 'strategy.increment': increment });
  };

  test.each([
    ['canary-strategy', 'production'],
    ['canary-judged', 'production.default'],
  ])('is shown by %s in the environment %s: by its name, and with the resource that some need', async (name, environment) => {
    const sample = await pipeline(`samples/azure-pipelines/${name}.yml`);
    expect(at(sample, 'jobs.0')).toMatchObject({ environment, strategy: { canary: { increments: [10, 25] } } });
  });

  test.each([
    ['with deploy for each increment only', []],
    ['with promote too, behind the last increment', ['promoted']],
  ])('may run its deploy hook %s: the steps of on: success are green either way', async (_, ofHook) => {
    const bed = await open();
    const steps = [await hook('deploy.steps', 'deploy', '10'), await hook('deploy.steps', 'deploy', '25')];
    for (const inputs of steps) expect(await step(inputs, bed, 'azure')).toBe('deployed');
    for (const ended of ofHook) expect(await step(await hook('deploy.steps', 'promote', '100'), bed, 'azure')).toBe(ended);
    const success = await step(await hook('on.success.steps', 'promote', ''), bed, 'azure');
    expect(success).toBe(ofHook.length === 0 ? 'promoted' : 'unchanged');
    expect(await running(bed)).toBe('example/web:v2');
  });
});
