import { expect, test } from '@jest/globals';
import { githubRun } from '../../src/runs/github.ts';

const runner = {
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '998877',
  GITHUB_RUN_NUMBER: '12',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW: 'Deploy shop',
  GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/feature/a@b',
  GITHUB_SERVER_URL: 'https://github.example',
};

test('a workflow run is the same one in all its jobs and attempts, and its workflow the same on every branch', () => {
  expect(githubRun(runner)).toEqual({
    id: 'acme/shop/998877',
    pipeline: 'acme/shop/.github/workflows/deploy.yml',
    number: 998877,
    attempt: 2,
    name: 'run 12 of Deploy shop',
    url: 'https://github.example/acme/shop/actions/runs/998877',
  });
});

test('an old runner without workflow path names the workflow', () => {
  expect(githubRun({ ...runner, GITHUB_WORKFLOW_REF: undefined })?.pipeline).toBe('acme/shop/Deploy shop');
});

test('another machine has none', () => {
  expect(githubRun({ HOME: '/root' })).toBeNull();
});
