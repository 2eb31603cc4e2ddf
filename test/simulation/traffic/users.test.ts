import { describe, expect, test } from '@jest/globals';
import { newcomer, usersInTurn } from '../../../src/simulation/traffic/users.ts';

describe('a user', () => {
  test('sends back the cookies that were handed out, the last value of each, beside those of all', () => {
    const user = newcomer({ cookie: 'team=qa', accept: '*/*' });
    user.keep('version=stable; Path=/; HttpOnly');
    user.keep('session=7');
    user.keep('version=canary; Path=/');
    user.keep(null);
    expect(user.headers()).toEqual({ cookie: 'team=qa; version=canary; session=7', accept: '*/*' });
  });

  test('notices another version, and only then', () => {
    const user = newcomer({});
    expect(['v1', 'v1', 'v2', 'v2', 'v1'].map(version => user.sees(version))).toEqual([false, false, true, false, true]);
  });
});

test('users take turns, each with cookies of his own', () => {
  const next = usersInTurn(2, {});
  next().keep('version=canary');
  next().keep('version=stable');
  expect([next().headers(), next().headers(), next().headers()].map(({ cookie }) => cookie)).toEqual([
    'version=canary',
    'version=stable',
    'version=canary',
  ]);
});
