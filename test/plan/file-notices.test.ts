import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Request } from '../../src/model/request.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { fileNotices } from '../../src/plan/words/file-notices.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const asking = (strategy: string, file: KubeObject): Request => {
  const request = aRequest({ files: [file] });
  return { ...request, inputs: { ...request.inputs, strategy } };
};
const paused = aDeployment('web').field('spec.paused', true).build();
const forgetful = aDeployment('web').field('spec.revisionHistoryLimit', 0).build();

test.each(['none', 'canary'])('a Deployment that its file pauses is told of, with its place: %s', strategy => {
  expect(fileNotices(asking(strategy, paused))).toEqual([expect.stringMatching(/^web.yaml:1: Deployment demo\/web is paused by its file/)]);
});

test('it is told of before the first write of a canary', () => {
  const service = aService('web').build();
  const request = aRequest({ files: [aDeployment('web').image('app:2').field('spec.paused', true).build(), service] });
  const live = aLive(aDeployment('web').build(), service);
  expect(prepare(request, seenBy(request, live), 'deploy').notices).toContainEqual(expect.stringContaining('is paused by its file'));
});

test('a Deployment that keeps no revision is told of where a reject would need one', () => {
  expect(fileNotices(asking('none', forgetful))).toEqual([expect.stringMatching(/^web.yaml:1: .*revisionHistoryLimit: 0/)]);
  expect(fileNotices(asking('canary', forgetful))).toEqual([]);
});

test('of many tokens the first are named, and how many more there are', () => {
  const request = asking('none', aDeployment('web').build());
  const unreplaced = Array.from({ length: 12 }, (_, i) => `web.yaml:${i + 1}: x still holds #{A}#, which was not replaced.`);
  const notices = fileNotices({ ...request, manifests: request.manifests.map(manifest => ({ ...manifest, unreplaced })) });
  expect(notices).toHaveLength(11);
  expect(notices.at(-1)).toBe('2 more fields contain such tokens.');
});
