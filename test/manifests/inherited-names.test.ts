/** Names that every object of JavaScript has, given by users: they are names like others. */
import { describe, expect, test } from '@jest/globals';
import { insteadOfAction } from '../../src/inputs/foreign.ts';
import { podTemplatePath } from '../../src/manifests/workloads.ts';
import { routers } from '../../src/routers/index.ts';
import { strategies } from '../../src/strategies/index.ts';

describe.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf'])('%s', name => {
  test.each(['v1', 'apps/v1', 'batch/v1'])('is a kind of %s without pods', apiVersion => {
    expect(podTemplatePath({ apiVersion, kind: name })).toBeNull();
  });

  test('is a group without workloads', () => {
    expect(podTemplatePath({ apiVersion: `${name}/v1`, kind: 'Deployment' })).toBeNull();
    expect(podTemplatePath({ apiVersion: `${name}/v1`, kind: name })).toBeNull();
  });

  test('is no strategy, no router and no action of another product', () => {
    expect([strategies[name], routers[name], insteadOfAction(name)]).toEqual([undefined, undefined, null]);
  });
});
