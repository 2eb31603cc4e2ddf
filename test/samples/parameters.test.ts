/** What users hand over to the template of Azure and to the reusable workflow of GitHub: where each parameter goes, and what is said of a wrong one. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { at, type Given, ourInputs, type Pipeline } from './pipeline.ts';
import { guardOf, jobsOf } from './platforms.ts';
import { filledIn, type Scope } from './template.ts';

const read = (path: string): Pipeline => load(readFileSync(path, 'utf8')) as Pipeline;
const refusalOf = (inputs: Given, dialect: Dialect): string => {
  try {
    parseInputs(inputs, dialect);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('the template of Azure', () => {
  const template = read('templates/azure-pipelines/canary.yml') as Scope;
  const inputs = { kubernetesServiceConnection: 'production', manifests: 'k8s', containers: 'example/web:v2' };
  const stages = (given: Scope) =>
    (filledIn(template, given).stages as readonly Scope[]).map(stage => ({
      name: stage.stage,
      environment: at(stage, 'jobs.0.environment'),
      pool: at(stage, 'jobs.0.pool'),
      inputs: ourInputs(at(stage, 'jobs.0.strategy.runOnce.deploy.steps')),
    }));

  test('needs inputs alone: three increments, on a hosted agent, behind the environment production', () => {
    const pool = { vmImage: 'ubuntu-latest' };
    const expected = ['Canary10', 'Canary25', 'Canary50', 'Promote'].map(name => ({ name, environment: 'production', pool }));
    expect(stages({ inputs }).map(({ inputs: _, ...rest }) => rest)).toEqual([
      ...expected,
      { name: 'Reject', environment: 'production-reject', pool },
    ]);
  });

  test('takes other increments, environments and agents, and gives every step the inputs', () => {
    const given = { inputs, increments: [12.5], environment: 'eu', rejectEnvironment: 'eu-reject', pool: { name: 'own' } };
    const pool = { name: 'own' };
    expect(stages(given)).toEqual([
      { name: 'Canary12_5', environment: 'eu', pool, inputs: { action: 'deploy', strategy: 'canary', percentage: '12.5', ...inputs } },
      { name: 'Promote', environment: 'eu', pool, inputs: { action: 'promote', strategy: 'canary', ...inputs } },
      { name: 'Reject', environment: 'eu-reject', pool, inputs: { action: 'reject', strategy: 'canary', ...inputs } },
    ]);
    for (const stage of stages(given)) expect(refusalOf(stage.inputs, 'azure')).toBe('');
  });

  test.each([
    ['a parameter that is written otherwise', { inputs, increment: [10] }, 'parameters: increment'],
    ['no inputs', {}, 'parameters: inputs'],
    ['inputs with what the template sets', { inputs: { ...inputs, Action: 'deploy' } }, 'action is given twice'],
  ])('is refused before a run begins for %s', (_, given, words) => {
    expect(() => stages(given)).toThrow(words);
  });

  test.each([
    ['an increment above 100', [110], {}, /percentage/],
    ['an increment that is no number', ['ten'], {}, /percentage.*ten/],
    ['a method that there is not', [10], { trafficSplitMethod: 'nope' }, /trafficSplitMethod.*nope/],
    ['an input that is written otherwise', [10], { namspace: 'shop' }, /namspace/],
    ['a time without a unit that is one', [10], { soak: 'five' }, /soak.*five/],
  ])('%s is named by the first step', (_, increments, more, words) => {
    const [first] = stages({ increments, inputs: { ...inputs, ...more } });
    expect(refusalOf(first?.inputs ?? {}, 'azure')).toMatch(words);
  });
});

describe('the reusable workflow of GitHub', () => {
  const workflow = read('.github/workflows/canary.yml');
  const inputs = { manifests: 'k8s', images: 'example/web:v2' };
  const deploys = ['first', 'second', 'third', 'fourth'];
  const declared = Object.keys(at(workflow, 'on.workflow_call.inputs') as object);
  const jobs = (given: Given) => jobsOf(workflow, { ...inputs, ...given });

  test.each([
    ['manifests', 'deploy/k8s', [...deploys, 'promote', 'reject']],
    ['images', 'example/web:v3', [...deploys, 'promote', 'reject']],
    ['namespace', 'shop', [...deploys, 'promote', 'reject']],
    ['traffic-split-method', 'smi', [...deploys, 'promote', 'reject']],
    ['baseline', 'false', deploys],
    ['baseline-and-canary-replicas', '2', deploys],
    ['soak', '5m', deploys],
    ['metrics', 'errors', deploys],
    ['analysis', 'samples/analysis.yaml', deploys],
  ])('hands %s over to the steps that read it', (name, value, readers) => {
    const given = { [name]: value, ...(name === 'metrics' ? { soak: '5m' } : {}) };
    const reading = jobs(given).filter(({ inputs: ofStep }) => ofStep[name] === value);
    expect(reading.map(job => job.name)).toEqual(readers);
  });

  test.each([
    ['environment', 'eu', [...deploys, 'promote']],
    ['reject-environment', 'eu-reject', ['reject']],
    ['runs-on', 'own', [...deploys, 'promote', 'reject']],
  ])('%s is where its jobs run', (name, value, placed) => {
    const there = jobs({ [name]: value }).filter(({ environment, runsOn }) => [environment, runsOn].includes(value));
    expect(there.map(job => job.name)).toEqual(placed);
  });

  test('has no input that these tests do not know', () => {
    const known = ['increments', 'manifests', 'images', 'namespace', 'traffic-split-method', 'baseline', 'baseline-and-canary-replicas'];
    expect(declared.sort()).toEqual([...known, 'soak', 'metrics', 'analysis', 'environment', 'reject-environment', 'runs-on'].sort());
  });

  test.each([
    ['[10, 25, 50, 75]', ['10', '25', '50', '75']],
    ['10, 25,50', ['10', '25', '50']],
    ['12.5', ['12.5']],
  ])('increments %s are the shares of its jobs, in either form', (increments, shares) => {
    const percentages = jobs({ increments }).flatMap(({ inputs: { percentage } }) => percentage || []);
    expect([percentages, guardOf(workflow, 'first', { ...inputs, increments })]).toEqual([shares, '']);
  });

  test.each(['[]', '', '[1, 2, 3, 4, 5]', '1, 2, 3, 4, 5'])('with increments "%s", its first job says what they are', increments => {
    const words = 'increments takes one to four percentages, such as 10, 25, 50 or [10, 25, 50].';
    expect(guardOf(workflow, 'first', { ...inputs, increments })).toBe(words);
  });

  test.each([
    ['increments', '[110]', /percentage/],
    ['increments', '["ten"]', /percentage.*ten/],
    ['traffic-split-method', 'nope', /traffic-split-method.*nope/],
    ['soak', 'five', /soak.*five/],
    ['baseline-and-canary-replicas', 'many', /baseline-and-canary-replicas.*many/],
  ])('%s: %s is named by the first step', (name, value, words) => {
    const [first] = jobs({ [name]: value });
    expect(refusalOf(first?.inputs ?? {}, 'github')).toMatch(words);
  });
});
