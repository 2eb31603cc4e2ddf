/** A file of a Service that takes it away from the pods. */
import { expect, test } from '@jest/globals';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(3);
const live = aService('web').build();

function said(given: KubeObject, template: Json = { app: 'web' }): readonly string[] {
  const file = v1.image('app:2').field('spec.template.metadata.labels', template).build();
  const request = aRequest({ inputs: { 'traffic-split-method': 'smi', baseline: 'false', percentage: '20' }, files: [file, given] });
  return prepare(request, seenBy(request, aLive(v1.build(), live)), 'deploy').notices.filter(text =>
    text.includes('leads to the pods of stable'),
  );
}

const withSpec = (spec: Readonly<Record<string, Json>>): KubeObject => ({ ...live, spec: { ...live.spec, ...spec } });

test.each<[string, KubeObject, string]>([
  ['another name', withSpec({ type: 'ExternalName', externalName: 'example.com' }), 'it is of type ExternalName'],
  ['no selector', withSpec({ selector: {} }), 'it has no selector'],
  ['labels of nobody', withSpec({ selector: { app: 'wbe' } }), 'the template does not have all labels of its selector (app=wbe)'],
  ['a port of nobody', withSpec({ ports: [{ port: 80, targetPort: 'htpp' }] }), 'a port of the name that a targetPort gives (htpp)'],
])('is told before the deploy: %s', (_, given, why) => {
  expect(said(given)).toEqual([expect.stringMatching(/^Service demo\/web leads to the pods of stable, and as the files have it to none/)]);
  expect(said(given).join()).toContain(why);
});

test('is nothing to tell where it stays as it is, where the template goes with it, or where no file has it', () => {
  expect(said(live)).toEqual([]);
  expect(said(withSpec({ selector: { app: 'web', tier: 'front' } }), { app: 'web', tier: 'front' })).toEqual([]);
  expect(said(aService('other').build())).toEqual([]);
});
