import { describe, expect, test } from '@jest/globals';
import type { Match } from '../../src/model/stage.ts';
import { matchOf, patternOf } from '../../src/routers/header-pattern.ts';

const match = (kind: Match['kind'], value: string, how: Match['how']): Match => ({ kind, name: 'beta', value, how });
const holds = (wanted: Match, header: string): boolean => new RegExp(`^(?:${patternOf(wanted).value})$`).test(header);

describe('a pattern on a header', () => {
  test('finds one cookie among others, by its whole name and value', () => {
    const wanted = match('cookie', '1.0', 'exact');
    expect(['beta=1.0', 'a=1; beta=1.0; c=2', 'a=1;beta=1.0'].map(header => holds(wanted, header))).toEqual([true, true, true]);
    expect(['beta=1.01', 'alphabeta=1.0', 'beta=1x0', 'a=beta=1.0'].map(header => holds(wanted, header))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('a prefix of a cookie’s value does not run into the next cookie', () => {
    expect(holds(match('cookie', 'on', 'prefix'), 'beta=only; a=1')).toBe(true);
    expect(holds(match('cookie', 'on', 'prefix'), 'beta=off; a=on')).toBe(false);
  });

  test('a prefix of a header means its text, not a pattern', () => {
    expect(holds(match('header', 'v1.', 'prefix'), 'v1.2')).toBe(true);
    expect(holds(match('header', 'v1.', 'prefix'), 'v1x2')).toBe(false);
  });

  test('is read back as the match that it was made of', () => {
    const values = ['always', 'a.b*c', '(x|y)', '1=2', '^$', 'a\\b'];
    const all = (['header', 'cookie'] as const).flatMap(kind =>
      (['exact', 'prefix', 'regex'] as const).flatMap(how => values.map(value => match(kind, value, how))),
    );
    expect(all.map(patternOf).map(matchOf)).toEqual(all);
  });

  test('of somebody else is a header’s own pattern', () => {
    expect(matchOf({ name: 'Cookie', type: 'RegularExpression', value: '.*beta.*' })).toEqual({
      kind: 'header',
      name: 'Cookie',
      value: '.*beta.*',
      how: 'regex',
    });
  });
});
