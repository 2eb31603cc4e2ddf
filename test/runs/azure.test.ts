import { expect, test } from '@jest/globals';
import { azureRun } from '../../src/runs/azure.ts';

const agent = {
  SYSTEM_COLLECTIONURI: 'https://dev.example/acme/',
  SYSTEM_TEAMPROJECT: 'My Shop',
  SYSTEM_TEAMPROJECTID: 'p-1',
  SYSTEM_DEFINITIONID: '7',
  BUILD_BUILDID: '4711',
  BUILD_BUILDNUMBER: '20260101.3',
  BUILD_DEFINITIONNAME: 'deploy',
  SYSTEM_PIPELINESTARTTIME: '2026-01-01 10:00:00+00:00',
};

test('a build is the same run in all its stages and jobs, with a link and its start', () => {
  expect(azureRun(agent)).toEqual({
    id: 'https://dev.example/acme/p-1/build/4711',
    pipeline: 'https://dev.example/acme/p-1/definition/7',
    number: 4711,
    attempt: 1,
    name: 'run 20260101.3 of deploy',
    url: 'https://dev.example/acme/My%20Shop/_build/results?buildId=4711',
    startedAt: Date.UTC(2026, 0, 1, 10),
  });
});

test('the attempt grows with a new attempt of the stage and of the job', () => {
  expect(azureRun({ ...agent, SYSTEM_STAGEATTEMPT: '2', SYSTEM_JOBATTEMPT: '1' })?.attempt).toBe(2);
  expect(azureRun({ ...agent, SYSTEM_STAGEATTEMPT: '2', SYSTEM_JOBATTEMPT: '3' })?.attempt).toBe(4);
});

test('a classic release is itself, not the build that it deploys', () => {
  const release = {
    RELEASE_RELEASEID: '9',
    RELEASE_RELEASENAME: 'Release-9',
    RELEASE_DEFINITIONID: '3',
    RELEASE_DEFINITIONNAME: 'to prod',
  };
  expect(azureRun({ ...agent, ...release, RELEASE_ATTEMPTNUMBER: '2', RELEASE_RELEASEWEBURL: 'https://dev.example/r/9' })).toEqual({
    id: 'https://dev.example/acme/p-1/release/9',
    pipeline: 'https://dev.example/acme/p-1/release-definition/3',
    number: 9,
    attempt: 2,
    name: 'release Release-9 of to prod',
    url: 'https://dev.example/r/9',
  });
});

test('another machine has none', () => {
  expect(azureRun({ HOME: '/root' })).toBeNull();
});
