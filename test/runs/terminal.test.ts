import { expect, test } from '@jest/globals';
import { terminalRun } from '../../src/runs/terminal.ts';

const person = { user: 'ann', host: 'laptop' };

test('a person at a terminal is the run, and means whatever is open', () => {
  expect(terminalRun(undefined, {}, person)).toEqual({ id: 'terminal/ann@laptop', name: 'ann at laptop', interactive: true });
});

test("within a pipeline the run is the pipeline's, and nobody is there to mean anything else", () => {
  expect(terminalRun(undefined, { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '1' }, person)).toMatchObject({ id: 'acme/shop/1' });
  const azure = terminalRun(undefined, { BUILD_BUILDID: '5', SYSTEM_TEAMPROJECTID: 'p' }, person);
  expect(azure.id).toContain('build/5');
  expect(azure.interactive).toBeUndefined();
});

test('a run that is named has an order when its name ends in a number', () => {
  expect(terminalRun('web/12', {}, person)).toEqual({ id: 'web/12', pipeline: 'web', number: 12, name: 'run 12 of web' });
  expect(terminalRun('nightly', {}, person)).toEqual({ id: 'nightly', name: 'run nightly' });
});
