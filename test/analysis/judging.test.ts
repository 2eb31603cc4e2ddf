import { expect, test } from '@jest/globals';
import { cases, type Judgement, judgement } from '../../scripts/bench/judging.ts';

/** A case of the benchmark with fewer runs. */
function judgementOf(name: string, runs: number): Judgement {
  const found = cases.find(one => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return judgement({ ...found, runs });
}

test('the same version is not called worse: at 1 % a whole analysis, twelve of them fail three times only beyond five deviations', () => {
  expect(judgementOf('the same version', 12).verdicts.fail).toBeLessThan(3);
});

test('a version that takes twice as long is found in every analysis, also where pods differ', () => {
  expect(judgementOf('twice as slow, pods apart by 10 %', 4).verdicts).toMatchObject({ fail: 4 });
});

test('at one request a second nothing is proven in five minutes', () => {
  expect(judgementOf('the same version at 1 request/s', 3).verdicts).toMatchObject({ inconclusive: 3 });
});
