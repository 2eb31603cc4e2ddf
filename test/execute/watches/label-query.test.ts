import { describe, expect, test } from '@jest/globals';
import { isMeant, labelQuery, unionOf } from '../../../src/execute/watches/label-query.ts';

describe('one query for what several mean', () => {
  test('has the labels that all of them name, with the values of each', () => {
    expect(unionOf(['app=web', 'app=web-canary,track=canary'])).toBe('app in (web,web-canary)');
    expect(unionOf(['app=web,tier=a', 'tier=a,app=api'])).toBe('app in (web,api),tier=a');
    expect(unionOf(['name in (web,web-stable)', 'name in (web-canary)'])).toBe('name in (web,web-stable,web-canary)');
  });

  test('is none where they have no label in common, or where one is compared in another way', () => {
    expect(unionOf(['app=web', 'tier=a'])).toBeNull();
    for (const other of ['!app', 'app!=web', 'app', 'app notin (web)', '', undefined]) expect(unionOf(['app=web', other])).toBeNull();
  });
});

test('an object is meant by a query as the API server would list it', () => {
  const meant = (text: string, labels: Readonly<Record<string, string>>): boolean => {
    const query = labelQuery(text);
    return query !== null && isMeant(query, labels);
  };
  expect(meant('app=web', { app: 'web', tier: 'a' })).toBe(true);
  expect(meant('app=web,tier=a', { app: 'web' })).toBe(false);
  expect(meant('app in (web,api)', { app: 'api' })).toBe(true);
  expect(meant('app=', { app: '' })).toBe(true);
  expect(meant('app=', {})).toBe(false);
});
