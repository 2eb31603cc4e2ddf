/** A deploy in place in operations, and the way back of one, by what was read alone. */
import { describe, expect, test } from '@jest/globals';
import { applySetOf } from '../../src/manifests/apply-set.ts';
import { jobOf, PHASE } from '../../src/manifests/phases.ts';
import { templateOf } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { Due } from '../../src/model/phase.ts';
import { needsInPlace } from '../../src/plan/needs.ts';
import { appliesInPlace, filesInPlace, planInPlace, type Surroundings } from '../../src/plan/operations/in-place.ts';
import { dueInPlace } from '../../src/plan/operations/jobs-in-place.ts';
import { takingBack, wayBack } from '../../src/plan/operations/take-back.ts';
import { stepsInPlace } from '../../src/plan/words/in-place.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const job = (name: string, phase: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'demo', annotations: { [PHASE]: phase } },
  spec: { template: { spec: { containers: [{ name, image: 'job' }], restartPolicy: 'Never' } } },
});
const config = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'demo', uid: `uid-${name}` },
});

const service = aService('web').build();
const v1 = aDeployment('web').replicas(3);
const v2 = v1.image('app:2').build();
const request = aRequest({
  inputs: { strategy: 'none', 'traffic-split-method': '' },
  files: [job('late', 'after-promote'), v2, service, job('early', 'before-deploy')],
});
const live = aLive(v1.build(), service);
const due = dueInPlace(request, live);
const unmade: Surroundings = { jobs: due.map(one => ({ due: one, found: null })), pruning: null };

const planned = (around: Surroundings): readonly Operation[] =>
  planInPlace(appliesInPlace(filesInPlace(request), request, live), around, live).flat();
const told = (around: Surroundings): readonly string[] => stepsInPlace(planned(around)).map(({ stage, text }) => `${stage}: ${text}`);
const name = (one: Due | undefined): string => (one ? jobOf(one).metadata.name : '');
const done = (around: Surroundings): readonly string[] => planned(around).map(({ do: does }) => does);

describe('a deploy in place', () => {
  test('lays the last Job down, runs those before the files, awaits the files, and ends with the Jobs behind them', () => {
    expect(due.map(({ phase }) => phase)).toEqual(['before-deploy', 'after-promote']);
    const files = ['apply', 'apply', 'await-ready'];
    expect(done(unmade)).toEqual(['clear-jobs', 'lay-down-job', 'run-job', ...files, 'run-job', 'end-job', 'end-job']);
  });

  test('tells what it does for the application, and nothing of what it does around that', () => {
    const [early, late] = due.map(name);
    expect(told(unmade)).toEqual([
      `before-deploy: run Job demo/${early} (before-deploy)`,
      'apply: apply Service demo/web',
      'apply: apply Deployment demo/web (app:2)',
      `after-promote: run Job demo/${late} (after-promote)`,
    ]);
  });

  test('that goes on neither runs nor tells a Job that is gone since it ran', () => {
    const jobs = due.map((one, i) => ({ due: one, found: i === 0 ? null : jobOf(one) }));
    expect(told({ jobs, pruning: null }).filter(text => text.includes('run Job'))).toEqual([expect.stringContaining('after-promote')]);
    expect(done({ jobs, pruning: null })).not.toContain('lay-down-job');
  });

  test('names its members before the first write, removes what it drops when all else is done, and needs the right to', () => {
    const set = applySetOf('shop', 'demo');
    const around = { jobs: [], pruning: { set, before: null, now: { kinds: [], namespaces: [] }, dropped: [config('b'), config('a')] } };
    expect(done(around)).toEqual(['apply-parent', 'apply', 'apply', 'await-ready', 'prune', 'prune', 'apply-parent']);
    expect(told(around).slice(-2)).toEqual(
      ['a', 'b'].map(each => `prune: remove ConfigMap demo/${each}: the release does not have it any more`),
    );
    const needs = needsInPlace(planned(around), live).now.map(({ verb, kind, name: of }) => `${verb} ${kind} ${of ?? '*'}`);
    expect(needs).toEqual(expect.arrayContaining(['patch ConfigMap shop-applyset', 'create ConfigMap *', 'delete ConfigMap a']));
  });
});

describe('the way back of a deploy in place', () => {
  const revision = (version: typeof v1, number: number): KubeObject => {
    const { spec, metadata } = version.build();
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `web-${number}`,
        namespace: 'demo',
        labels: { 'pod-template-hash': `hash-${number}` },
        annotations: { 'deployment.kubernetes.io/revision': String(number) },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name, uid: 'uid-web' }],
      },
      ...(spec ? { spec } : {}),
    };
  };
  const deployed: KubeObject = {
    ...v2,
    metadata: { ...v2.metadata, uid: 'uid-web', annotations: { 'deployment.kubernetes.io/revision': '2' } },
  };
  const sets = [revision(v1, 1), revision(v1.image('app:2'), 2)];
  const way = wayBack({ live: deployed, file: v2, sets }, templateOf(v2));
  const back = (isAlone: boolean): readonly Operation[] => (way ? takingBack(way, { isAlone, strategy: { type: 'RollingUpdate' } }) : []);

  test('is one write, whose fields are given back before the pods are waited for', () => {
    expect(back(false).map(({ do: does }) => does)).toEqual(['patch', 'hand-back', 'await-ready']);
  });

  test('waits, where nothing may run twice, until no pod of another version runs, and rolls as before then', () => {
    expect(back(true)).toMatchObject([
      { do: 'patch', operations: expect.arrayContaining([{ op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } }]) },
      { do: 'await-stopped', next: 'hash-1' },
      { do: 'patch', operations: [{ op: 'test', path: '/spec/strategy', value: { type: 'Recreate' } }, { path: '/spec/strategy' }] },
      { do: 'hand-back' },
      { do: 'await-ready' },
    ]);
  });

  test('is none of what runs another release', () => {
    expect(wayBack({ live: deployed, file: v2, sets }, templateOf(v1.image('app:9').build()))).toBeNull();
  });
});
