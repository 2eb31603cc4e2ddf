/** The sample applications in each form that teams keep them in, from the first release to a canary that is rejected and one that is promoted. */
import { delimiter, join } from 'node:path';
import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './expect.ts';
import { live, run } from './kubectl.ts';
import { type Circumstances, deploy, type Flags, promote, reject, root } from './rollout.ts';
import { openScene, type Scene, until } from './scene.ts';
import { snapshot } from './snapshot.ts';
import { expectNoLoss, type Traffic } from './traffic.ts';

/** A sample: what answers, how many pods of it there are, and how its canary is asked for. */
interface Application {
  readonly kind: 'deployment' | 'statefulset';
  /** Pods as the plain files ask for them, and as production does. */
  readonly pods: readonly [plain: number, production: number];
  /** Whether requests are split; a StatefulSet has its partition. */
  readonly isSplit: boolean;
}

const applications: Readonly<Record<string, Application>> = {
  web: { kind: 'deployment', pods: [2, 4], isSplit: true },
  shop: { kind: 'deployment', pods: [3, 6], isSplit: true },
  queue: { kind: 'statefulset', pods: [4, 6], isSplit: false },
};

const forms: Readonly<Record<string, (name: string) => Flags>> = {
  'plain files': name => ({ manifests: sample('manifests', name) }),
  'an overlay': name => ({ manifests: sample('overlay', name, 'production') }),
  'a chart': name => ({ manifests: sample('chart', name), 'helm-values': sample('chart', name, 'values-production.yaml') }),
};

const sample = (...parts: readonly string[]): string => join(root, 'samples', ...parts);

/** Each sample in each form, as rows of facts. */
export const samples: readonly [title: string, name: string, form: string][] = Object.keys(applications).flatMap(name =>
  Object.keys(forms).map((form): [string, string, string] => [`${name}, ${form}`, name, form]),
);

/** How the requests are split, and who sends them. */
export interface Way {
  readonly flags: Flags;
  /** Publishes the Service of that name, and sends requests to it. */
  readonly traffic: (scene: Scene, service: string) => Promise<Traffic>;
}

/** Releases v1, a canary that is rejected and one that is promoted; fails for a lost request, or where the cluster is not as the files say. */
export async function releaseSample(name: string, form: string, way: Way): Promise<void> {
  const { isSplit } = applicationOf(name);
  const scene = await openScene(name);
  const flags = { ...forms[form]?.(name), ...(isSplit ? way.flags : byPartition) };
  const files = String(flags.manifests);
  const circumstances = await withHelm();
  succeeded(await deploy(scene, files, { ...flags, ...inPlace, images: image(name, 'v1') }, circumstances));
  await untilAllPodsRun(scene, name, form);
  const traffic = await way.traffic(scene, name);
  const [before, pods] = [await snapshot(scene), await stablePods(scene, name)];
  const canary = { ...flags, percentage: 25, images: image(name, 'v2') };
  succeeded(await deploy(scene, files, canary, circumstances));
  expect(Object.keys((await traffic.sample(400)).images).sort()).toEqual([image(name, 'v1'), image(name, 'v2')]);
  succeeded(await reject(scene, isSplit ? way.flags : byPartition));
  expect(await snapshot(scene)).toEqual(before);
  if (isSplit) expect(await stablePods(scene, name)).toEqual(pods);
  succeeded(await deploy(scene, files, canary, circumstances));
  succeeded(await promote(scene, { ...flags, images: image(name, 'v2') }, circumstances));
  expect(Object.keys((await traffic.sample(200)).images)).toEqual([image(name, 'v2')]);
  expectNoLoss(await traffic.stop());
  await expectNoTrace(scene);
  expect(await snapshot(scene)).toEqual(JSON.parse(JSON.stringify(before).replaceAll(image(name, 'v1'), image(name, 'v2'))));
}

const inPlace: Flags = { strategy: 'none', 'traffic-split-method': null, 'baseline-and-canary-replicas': null, baseline: null };
const byPartition: Flags = { 'traffic-split-method': null, 'baseline-and-canary-replicas': null };
const image = (name: string, tag: string): string => `example/${name}:${tag}`;

function applicationOf(name: string): Application {
  const application = applications[name];
  if (application === undefined) throw new Error(`there is no sample ${name}`);
  return application;
}

/** An autoscaler that gets no numbers still asks for its least. */
async function untilAllPodsRun(scene: Scene, name: string, form: string): Promise<void> {
  const { kind, pods } = applicationOf(name);
  const wanted = pods[form === 'plain files' ? 0 : 1];
  await until(`${name} runs ${wanted} pods`, async () => {
    const there = await live(scene.namespace, kind, name);
    return there?.spec?.replicas === wanted && there.status?.readyReplicas === wanted;
  });
}

/** The machine's helm; where there is none, the one of test/fakes, which renders what plain templates hold. */
async function withHelm(): Promise<Circumstances> {
  const own = process.env.PATH ?? '';
  const found = await run('helm', ['version']).catch(() => null);
  return { environment: { PATH: found?.code === 0 ? own : [join(root, 'test', 'fakes', 'bin'), own].join(delimiter) } };
}
