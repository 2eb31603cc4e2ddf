import { describe, expect, test } from '@jest/globals';
import { matches } from '../../src/inputs/match.ts';

describe('a match', () => {
  test.each([
    ['header x-beta=always', { kind: 'header', name: 'x-beta', how: 'exact', value: 'always' }],
    ['cookie beta=1', { kind: 'cookie', name: 'beta', how: 'exact', value: '1' }],
    ['header x-ver^=2.', { kind: 'header', name: 'x-ver', how: 'prefix', value: '2.' }],
    ['header x-ver~=^2\\.', { kind: 'header', name: 'x-ver', how: 'regex', value: '^2\\.' }],
    ['Header  X-Beta = yes please', { kind: 'header', name: 'X-Beta', how: 'exact', value: 'yes please' }],
    ['header x=a=b', { kind: 'header', name: 'x', how: 'exact', value: 'a=b' }],
    ['"cookie user~=^(ann|bob)$"', { kind: 'cookie', name: 'user', how: 'regex', value: '^(ann|bob)$' }],
  ])('%s is understood', (text, match) => {
    expect(matches(text)).toEqual({ ok: true, value: [match] });
  });

  test('may be one of several lines', () => {
    expect(matches('header x-beta=always\r\n\r\ncookie beta=1\n')).toMatchObject({
      ok: true,
      value: [{ kind: 'header' }, { kind: 'cookie' }],
    });
  });

  test.each(['x-beta=always', 'header x-beta', 'header =1', 'header x beta=1', 'query beta=1', 'cookie beta='])('%s is none', text => {
    expect(matches(text)).toEqual({ ok: false, allowed: expect.stringContaining('header x-beta=always') });
  });

  test.each(['header x-beta~=[', 'cookie user~=(a|b', 'header x~=*', 'header x~=a\\'])('%s has no regular expression', text => {
    expect(matches(text)).toEqual({ ok: false, allowed: expect.stringMatching(/^a regular expression behind ~= \(.* is none\)$/) });
  });

  test.each(['(?i)always', '(?P<who>ann|bob)', '(?>a|b)+', 'a++b', '(?i:yes)', '[[:alpha:]]+', '\\pL+', '^(?!bot)', '(?-i)x', '\\Ax\\z'])(
    'header x~=%s may be one to a data plane',
    value => {
      expect(matches(`header x~=${value}`)).toMatchObject({ ok: true, value: [{ how: 'regex', value }] });
    },
  );

  test('that is wrong among others is named', () => {
    expect(matches('cookie beta=1\nbeta')).toMatchObject({ ok: false, allowed: expect.stringContaining('"beta" is none') });
  });
});
