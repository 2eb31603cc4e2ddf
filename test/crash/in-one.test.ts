/** Walks through what can become of a canary inside one object: deploys, ends, deaths behind a write, and somebody who scales it meanwhile. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { at, number, records } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { agent, agents, everywhere, onNodes } from '../build/daemon-set.ts';
import { db, pods, promote, reject, set, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { type Random, seeded } from './random.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const IS_FULL = process.env.CRASH_FULL !== undefined;
/** Walk 81 scales a StatefulSet up between two releases. */
const WALKS: readonly number[] = IS_FULL ? Array.from({ length: 200 }, (_, i) => i + 1) : [1, 2, 3, 4, 5, 6, 7, 81];
const STEPS = 6;
/** The claim of a run that died lapses after a minute. */
const LATER = 61;

/** An object that runs both versions. */
interface Kind {
  readonly address: string;
  readonly isScalable: boolean;
  files(version: string): readonly KubeObject[];
  /** What its pods run. */
  runs(bed: Bed): Promise<string>;
  settled(bed: Bed): Promise<unknown>;
}

/** Scaled or not, it has all of its pods, and no other one is left. */
async function isWhole({ api }: Bed): Promise<void> {
  const wantedOf = (body: unknown): unknown => at(body, 'spec.replicas');
  const counts = ['status.replicas', 'status.readyReplicas'];
  await api.until(set, body => counts.every(path => at(body, path) === wantedOf(body)));
  const wanted = wantedOf((await api.send('GET', set)).body);
  await api.until('/api/v1/namespaces/{ns}/pods', list => records(list.items).length === wanted);
}

const kinds: Readonly<Record<string, Kind>> = {
  StatefulSet: { address: set, isScalable: true, files: version => db(version, { replicas: 3 }), runs: pods, settled: isWhole },
  DaemonSet: { address: agents, isScalable: false, files: version => agent(version), runs: onNodes, settled: everywhere },
};

/** How an action may end: well, or refused by what the steps before it left. */
const ENDS = {
  deploy: ['deployed', 'unchanged', 'PROMOTE_IN_PROGRESS', 'UNSUPPORTED'],
  promote: [
    'promoted',
    'unchanged',
    'NOTHING_TO_PROMOTE',
    'CANARY_NOT_READY',
    'DEPLOY_UNFINISHED',
    'REJECT_IN_PROGRESS',
    'RELEASE_MISMATCH',
  ],
  reject: ['rejected', 'unchanged'],
} as const;

/** One walk, and a reject of whatever is open then; resolves to what must not be. */
async function walked({ address, isScalable, files, runs, settled }: Kind, random: Random): Promise<readonly string[]> {
  const bed = await openBed(stage, files('v1'));
  await settled(bed);
  const problems: string[] = [];
  let version = 1;
  const taken = async (name: keyof typeof ENDS, act: Act, laterSeconds: number): Promise<void> => {
    const ending = await bed.act(act.inputs, act.files, { laterSeconds, timeoutSeconds: 60 });
    if (!(ENDS[name] as readonly string[]).includes(said(ending))) problems.push(`${name} ended as ${said(ending)}`);
  };
  const rejected: Act = { inputs: { ...reject, 'reject-any': 'true' }, files: [] };
  for (let step = 0; step < STEPS; step++) {
    const name = random.pick(['deploy', 'deploy', 'scale', 'promote', 'reject'] as const);
    if (name === 'scale') {
      const replicas = 1 + random.number(6);
      if (isScalable) await bed.api.send('PATCH', `${address}/scale`, { spec: { replicas } }, 'application/merge-patch+json');
      continue;
    }
    if (name === 'deploy' && random.number(3) > 0) version += 1;
    const given = files(`v${version}`);
    const acts = {
      deploy: { inputs: share(random.pick([20, 40, 67])), files: given },
      promote: { inputs: promote, files: given },
      reject: rejected,
    };
    if (random.number(2) === 0) await bed.dieBehind(1 + random.number(9), acts[name], step * LATER);
    else await taken(name, acts[name], step * LATER);
  }
  await taken('reject', rejected, STEPS * LATER);
  await settled(bed);
  return [...problems, ...(await left(bed, address, await runs(bed)))];
}

/** Nothing of a rollout: one version in all pods and in the template, the user's own strategy, his owners, and no record. */
async function left({ api, snapshot }: Bed, address: string, running: string): Promise<readonly string[]> {
  const versions = [...new Set(running.split(' '))];
  const { body } = await api.send('GET', address);
  const managers = new Set(records(at(body, 'metadata.managedFields')).map(({ manager }) => manager));
  const strategy = JSON.stringify(at(body, 'spec.updateStrategy'));
  const holds: Readonly<Record<string, boolean>> = {
    [`pods run ${running}`]: versions.length === 1 && JSON.stringify(at(body, 'spec.template')).includes(`:${versions[0]}"`),
    [`updateStrategy is ${strategy}`]:
      strategy.includes('"RollingUpdate"') && number(at(body, 'spec.updateStrategy.rollingUpdate.partition')) === 0,
    'the record is left': !Object.keys(await snapshot()).some(key => key.endsWith('-rollout')),
    'our name is left among the owners': !managers.has('kubernetes-rollout'),
  };
  return Object.keys(holds).filter(problem => !holds[problem]);
}

test.each(Object.entries(kinds))('a %s is as a user would have it, whatever was begun and broken off before', async (_, kind) => {
  for (const seed of WALKS) expect([seed, await walked(kind, seeded(seed))]).toEqual([seed, []]);
});
