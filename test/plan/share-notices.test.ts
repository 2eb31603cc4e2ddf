import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

/** What a deploy beside so many pods says of its share. */
function said(replicas: number, inputs: RawInputs, ...others: readonly KubeObject[]): readonly string[] {
  const web = aDeployment('web').replicas(replicas);
  const service = aService('web').build();
  const request = aRequest({
    inputs: { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'pod', ...inputs },
    files: [web.image('app:2').build(), service],
  });
  const { notices } = prepare(request, seenBy(request, aLive(web.build(), service, ...others)), 'deploy');
  return notices.filter(notice => notice.includes('Options:'));
}

describe('a share by counts of pods', () => {
  test('that differs by more than half from what was asked is told with the ways out', () => {
    expect(said(3, { percentage: '10' })).toEqual([
      'Deployment demo/web: with 1 of 5 pods behind the Service the canary gets 20 % of the requests, instead of 5 % (half of the percentage: the baseline gets the other half). Options: baseline: false, or more replicas, or a traffic-split-method with weights.',
    ]);
    expect(said(3, { percentage: '10', baseline: 'false' })).toEqual([expect.stringMatching(/25 % .* 10 %\. Options: more replicas, or/)]);
  });

  test('that comes near says nothing', () => {
    expect(said(9, { percentage: '10', baseline: 'false' })).toEqual([]);
    expect(said(3, { percentage: '25', baseline: 'false' })).toEqual([]);
  });

  test('is told of the first of several that is off', () => {
    expect(said(4, { steps: '20,50', percentage: '', baseline: 'false' })).toEqual([]);
    expect(said(4, { steps: '5,50', percentage: '', baseline: 'false' })).toEqual([expect.stringContaining('instead of 5 %')]);
  });

  test('counts the pods of others behind the Service, but not of those that only share another one', () => {
    const other = aDeployment('other').replicas(6).build();
    expect(said(3, { percentage: '10', baseline: 'false' }, other)).toEqual([expect.stringContaining('1 of 4 pods')]);
    const labelled = { ...other, spec: { ...other.spec, template: aDeployment('web').build().spec?.template ?? null } };
    expect(said(3, { percentage: '10', baseline: 'false' }, labelled)).toEqual([]);
  });
});

describe('a number of pods that is too small for the share', () => {
  const loaded = (replicas: number, inputs: RawInputs): readonly string[] => {
    const web = aDeployment('web').replicas(replicas);
    const service = aService('web').build();
    const request = aRequest({
      inputs: { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1', ...inputs },
      files: [web.image('app:2').build(), service],
    });
    const { notices } = prepare(request, seenBy(request, aLive(web.build(), service)), 'deploy');
    return notices.filter(notice => notice.includes('times as many'));
  };

  test('is told with the load of each pod and the number to set', () => {
    expect(loaded(40, { percentage: '50' })).toEqual([
      'Deployment demo/web: at 50 % each pod of the canary gets 10 times as many requests as a pod of stable does now. Set baseline-and-canary-replicas: 10, or leave it out.',
    ]);
    expect(loaded(40, { percentage: '', steps: '5,20', baseline: 'false' })).toEqual([expect.stringContaining('8 times as many')]);
  });

  test('is nothing where each pod gets as much as one of stable, or no number was asked for', () => {
    expect(loaded(4, { percentage: '50' })).toEqual([]);
    expect(loaded(40, { percentage: '50', 'baseline-and-canary-replicas': '10' })).toEqual([]);
    expect(loaded(40, { percentage: '50', 'baseline-and-canary-replicas': '' })).toEqual([]);
  });
});
