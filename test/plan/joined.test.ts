/** A canary of a Deployment that is not there yet, behind a Service that has pods already. */
import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const of = (name: string) =>
  aDeployment(name).replicas(3).field('spec.selector.matchLabels', { app: 'web' }).field('spec.template.metadata.labels', { app: 'web' });
const [old, next] = [of('web-v1').build(), of('web-v2').image('app:2').build()];
const service = aService('web').build();

function said(files: readonly KubeObject[], live: readonly KubeObject[], inputs: Readonly<Record<string, string>> = {}): readonly string[] {
  const request = aRequest({ inputs, files });
  return prepare(request, seenBy(request, aLive(...live)), 'deploy').notices.filter(text => text.includes(' is new, '));
}

test.each(['smi', 'pod'])('is told that it gets requests at once, and whose pods stay: %s', method => {
  const inputs = { 'traffic-split-method': method, baseline: 'false', percentage: '20' };
  expect(said([next, service], [old, service], inputs)).toEqual([
    expect.stringMatching(/^Deployment demo\/web-v2 is new, .* the pods of Deployment demo\/web-v1, which the files do not have/),
  ]);
});

test('is nothing to tell where it is the only one, where it is there, where the other one is released with it, or has no pods', () => {
  const idle = of('web-v1').replicas(0).build();
  expect(said([next, service], [service])).toEqual([]);
  expect(said([next, service], [of('web-v2').build(), old, service])).toEqual([]);
  expect(said([next, old, service], [old, service])).toEqual([]);
  expect(said([next, service], [idle, service])).toEqual([]);
});
