import { expect, test } from '@jest/globals';
import { statusTree } from '../../src/report/status.ts';
import { view } from './samples.ts';

test('a rollout is a tree of its variants with images, readiness, shares and the run that opened it', () => {
  expect(statusTree([view], 'demo')).toEqual([
    'demo/web: canary by smi, release abc1234567, deploy at 20 % ended well',
    '  opened by run 12 of web (https://ci.example/12)',
    '  ├─ stable    web   web:1   3 of 3 pods ready   80 % of the requests',
    '  ├─ baseline  web-baseline   web:1   1 of 1 pod ready   10 % of the requests',
    '  └─ canary    web-canary   web:2, proxy:7   0 of 1 pod ready   10 % of the requests',
  ]);
});

test('one that is not finished says so, and who is at work on it', () => {
  const [head, opened] = statusTree(
    [{ ...view, done: false, percentage: null, action: 'promote', heldBy: { name: 'run 13 of web' } }],
    'demo',
  );
  expect(head).toContain('promote not finished (stage canary)');
  expect(opened).toContain('run 13 of web is at work on it');
});

test('nothing open is a sentence', () => {
  expect(statusTree([], 'demo')).toEqual(['No rollout is open in namespace demo.']);
});
