import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Request } from '../../src/model/request.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, seenBy } from '../build/live.ts';
import { actionOf, aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(10);
const v2 = v1.image('app:2');
const service = aService('web').build();
const world = aLive(v1.build(), service);

const plan = (request: Request, live = world) => prepare(request, seenBy(request, live), actionOf(request));

describe('promote with other files than were deployed', () => {
  const secret = (password: string): KubeObject => anObject('v1', 'Secret', 'keys').namespace('demo').field('data', { password }).build();
  const { live } = play(aRequest({ files: [v2.build(), service, secret('aHVudGVyMg==')] }), world);

  function refusal(...files: readonly KubeObject[]): Error {
    try {
      plan(aRequest({ inputs: { action: 'promote' }, files }), live);
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('it was not refused');
  }

  test('is refused with the paths that differ, and without any value', () => {
    const error = refusal(v1.image('app:3').build(), service, secret('bmV3LW9uZQ=='));
    expect(error).toMatchObject({ code: 'RELEASE_MISMATCH' });
    expect(error.message).toContain('Deployment demo/web: spec.template.spec.containers[web].image');
    expect(error.message).toContain('Secret demo/keys: data.password');
    expect(error.message).not.toMatch(/app:3|app:2|bmV3LW9uZQ|aHVudGVyMg/);
  });

  test('of a chart says what else may have changed: the cluster that it is rendered for, and a way that needs no files', () => {
    const manifests = [v1.image('app:3').build(), service].map(object => ({ object, from: 'web/templates/all.yaml (helm):3' }));
    const request = { ...aRequest({ inputs: { action: 'promote' }, files: [v1.image('app:3').build()] }), manifests };
    const hint = expect.stringMatching(/\.Capabilities.* Without manifests, promote takes what was deployed\.$/);
    expect(() => plan(request, live)).toThrow(expect.objectContaining({ code: 'RELEASE_MISMATCH', hint }));
    expect(refusal(v1.image('app:3').build(), service)).toMatchObject({ hint: expect.not.stringContaining('chart') });
  });

  test('names a file that is missing', () => {
    expect(refusal(v2.build(), service).message).toContain('Secret demo/keys is not among the files');
  });
});
