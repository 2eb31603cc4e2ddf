/** `adopt` under traffic: what every state that another tool left has in common. */
import { expect } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records, text } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import type { CrashStage } from '../stage/stage.ts';

/** Every state is killed, behind each write. */
export const IS_FULL = process.env.CRASH_FULL !== undefined;

/** A deploy that settles first; its promote is the same without `adopt`. */
export const canary: RawInputs = {
  strategy: 'canary',
  'traffic-split-method': 'smi',
  baseline: 'false',
  action: 'deploy',
  percentage: '20',
};

/** A state, and what is released over it. */
export interface Left {
  readonly objects: readonly KubeObject[];
  readonly files: readonly KubeObject[];
  /** Where requests come in. */
  readonly entry?: string;
  readonly inputs?: RawInputs;
  /** The image that runs, and keeps its pods where they can be taken over. */
  readonly image?: string;
  /** The running version gets new pods, since its labels cannot be the file's. */
  readonly isMadeAnew?: true;
  /** Nothing of it bears a mark that a deploy without `adopt` would see. */
  readonly isUnmarked?: true;
  /** Lists of more kinds that it holds: a snapshot has the most usual ones. */
  readonly also?: readonly string[];
}

/** A TrafficSplit of Service web, with the weights of its backends. */
export const splitOf = (weights: Readonly<Record<string, number>>): KubeObject => ({
  apiVersion: 'split.smi-spec.io/v1alpha4',
  kind: 'TrafficSplit',
  metadata: { name: 'web' },
  spec: { service: 'web', backends: Object.entries(weights).map(([service, weight]) => ({ service, weight })) },
});

const NGINX = 'nginx.ingress.kubernetes.io';

/** An Ingress of ingress-nginx that leads to a Service. */
export function ingressOf(name: string, service: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const backend = { service: { name: service, port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
  const spec = { ingressClassName: 'nginx', rules: [{ host: 'web.example', http }] };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, annotations }, spec };
}

/** The controller's own beside it, which takes a part of the requests for Service web-canary. */
export const takingOf = (name: string, weight: number): KubeObject =>
  ingressOf(name, 'web-canary', { [`${NGINX}/canary`]: 'true', [`${NGINX}/canary-weight`]: String(weight) });

/** Makes a resource that is about web, and resolves to it as an owner of others. */
export async function ownerIn({ api }: Bed, path: string, { apiVersion, kind, spec }: Pick<KubeObject, 'apiVersion' | 'kind' | 'spec'>) {
  const { body } = await api.send('POST', path, { apiVersion, kind, metadata: { name: 'web' }, ...(spec ? { spec } : {}) });
  return { apiVersion, kind, name: 'web', uid: String(at(body, 'metadata.uid')), controller: true, blockOwnerDeletion: true };
}

/** Names and uids of the pods that run an image. */
export async function podsOf({ api }: Bed, image: string): Promise<readonly unknown[]> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/pods');
  const own = records(body.items).filter(pod => JSON.stringify(at(pod, 'spec')).includes(`"${image}"`));
  return own.map(pod => at(pod, 'metadata.uid')).sort();
}

/** Deploys over a state, promotes, and resolves to what the namespace holds in the end. */
export async function settled(stage: CrashStage, left: Left): Promise<Snapshot> {
  const {
    objects,
    files,
    entry = 'service/web',
    inputs = canary,
    image = 'demo/web:v1',
    isMadeAnew = false,
    isUnmarked = false,
    also = [],
  } = left;
  const adopt = { ...inputs, adopt: 'true' };
  const bed = await openBed(stage, objects);
  const before = await bed.snapshot();
  if (!isUnmarked)
    expect(await bed.act(inputs, files)).toMatchObject({ code: expect.stringMatching(/^(FOREIGN_ROLLOUT|IMMUTABLE_FIELD)$/) });
  expect(await bed.act({ ...adopt, 'dry-run': 'true' }, files)).toMatchObject({ outcome: { dryRun: true } });
  expect(await bed.snapshot()).toEqual(before);
  const traffic = await bed.traffic(entry);
  const known = await podsOf(bed, image);
  expect(await bed.act(adopt, files)).toMatchObject({ outcome: { status: 'deployed', canaryShare: 20 } });
  // No pod of the running version was made anew.
  const stable = await podsOf(bed, image);
  expect([stable.length, isMadeAnew || stable.every(uid => known.includes(uid))]).toEqual([3, true]);
  expect(said(await bed.act({ ...inputs, action: 'promote' }, files))).toBe('promoted');
  traffic.stop();
  expect(traffic.counts().lost).toBe(0);
  expect(said(await bed.act(inputs, files))).toBe('unchanged');
  const more = await Promise.all(also.map(path => listed(bed, path)));
  return Object.assign({}, await bed.snapshot(), ...more);
}

/** Objects of one kind by "Kind/name", without who owns what. */
async function listed({ api }: Bed, path: string): Promise<Snapshot> {
  const { body } = await api.send('GET', path);
  const kind = text(body.kind).replace(/List$/, '');
  return Object.fromEntries(
    records(body.items).map(({ metadata, spec }) => [
      `${kind}/${text(at(metadata, 'name'))}`,
      { spec, annotations: at(metadata, 'annotations') },
    ]),
  );
}

/** The settling deploy dies behind a write, and another one goes on; every write, or every third. */
export async function settledWhenKilled(stage: CrashStage, left: Left): Promise<void> {
  const { objects, files, entry = 'service/web', inputs = canary } = left;
  const adopt = { ...inputs, adopt: 'true' };
  for (let write = 1; ; write += IS_FULL ? 1 : 3) {
    const bed = await openBed(stage, objects);
    const traffic = await bed.traffic(entry);
    const writes = await bed.dieBehind(write, { inputs: adopt, files });
    const isOver = writes.some(each => each.includes('web-rollout'));
    if (!isOver) expect(await bed.act(adopt, files, { laterSeconds: 61 })).toMatchObject({ outcome: { status: 'deployed' } });
    traffic.stop();
    expect([writes[write - 1], traffic.counts().lost]).toEqual([writes[write - 1], 0]);
    if (isOver) break;
  }
}
