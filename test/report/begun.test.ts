import { expect, test } from '@jest/globals';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import type { Request } from '../../src/model/request.ts';
import { begunText } from '../../src/report/begun.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { anObject } from '../build/any.ts';

function begun(raw: RawInputs, release: string | null, manifests: Request['manifests'] = []): string {
  const { inputs } = parseInputs(raw, 'github');
  return begunText(
    { inputs, namespace: 'demo', manifests, release, run: { id: 'r', name: 'run 12 of web' }, process: 'p' },
    strategyNamed(inputs.strategy),
  );
}

test('the first line says what is done, how, with what, where and for whom', () => {
  const canary = { manifests: 'x', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '12.5', 'dry-run': 'true' };
  expect(begun(canary, 'abc')).toBe('deploy by canary and smi at 12.5 %, release abc, namespace demo (run 12 of web), dry run');
  expect(begun({ manifests: 'x' }, 'abc')).toBe('deploy, release abc, namespace demo (run 12 of web)');
});

test('of an A/B test it says who gets the new version', () => {
  const ab = { manifests: 'x', strategy: 'ab', 'traffic-split-method': 'nginx', match: 'header x-beta=always' };
  expect(begun(ab, 'abc')).toContain('deploy by ab and nginx for requests with header x-beta=always, release abc');
  const sized = 'for requests with header x-beta=always, with pods for 20 %, release abc';
  expect(begun({ ...ab, percentage: '20' }, 'abc')).toContain(sized);
  const counted = { percentage: '20', 'baseline-and-canary-replicas': '2' };
  expect(begun({ ...ab, ...counted }, 'abc')).toContain('for requests with header x-beta=always, release abc');
});

test('a reject without files names neither release nor strategy, which the record knows', () => {
  expect(begun({ action: 'reject' }, null)).toBe('reject, namespace demo (run 12 of web)');
});

test.each([
  [['demo'], 'namespace demo'],
  [['shop'], 'namespace shop of the files, not demo'],
  [['demo', 'kube-system'], 'namespaces demo, kube-system'],
  [['shop', 'kube-system'], 'namespaces shop, kube-system of the files, not demo'],
])('files of the namespaces %j go where they say, and so says the first line', (namespaces, place) => {
  const cluster = { object: anObject('v1', 'Namespace', 'shop').build(), from: 'web.yaml' };
  const manifests = namespaces.map(name => ({ object: anObject('v1', 'ConfigMap', 'conf').namespace(name).build(), from: 'web.yaml' }));
  expect(begun({ manifests: 'x' }, 'abc', [cluster, ...manifests])).toBe(`deploy, release abc, ${place} (run 12 of web)`);
});
