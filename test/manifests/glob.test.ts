import { expect, test } from '@jest/globals';
import { globBase, globPattern, isGlob } from '../../src/manifests/glob.ts';

test.each([
  ['*.yaml', ['a.yaml'], ['a/b.yaml', 'ayaml']],
  ['**/*.yaml', ['a.yaml', 'a/b/c.yaml'], ['a.yml']],
  ['a/**', ['a/b', 'a/b/c'], ['b/a']],
  ['a/**/b', ['a/b', 'a/x/y/b'], ['a/xb']],
  ['?.json', ['a.json'], ['ab.json', '/.json']],
  ['{dev,prod}-*.y{,a}ml', ['dev-a.yml', 'prod-b.yaml'], ['test-a.yml']],
  ['[!ab].yml', ['c.yml'], ['a.yml']],
  ['a+(b).yml', ['a+(b).yml'], ['aab.yml']],
  ['!(secret).yml', ['web.yml', 'secrets.yml', 'a-secret.yml'], ['secret.yml', 'a/web.yml']],
  ['app/!(dev|test*)/*.yml', ['app/prod/a.yml'], ['app/dev/a.yml', 'app/test-1/a.yml']],
  ['@(web|api)-*.yml', ['web-1.yml', 'api-2.yml'], ['db-1.yml', '@(web|api)-1.yml']],
  ['a!b@c.yml', ['a!b@c.yml'], ['ab.yml']],
  ['{a.b,*}/c', ['a.b/c', 'x/c'], ['x/y/c']],
])('%s', (glob, matching, others) => {
  expect(matching.filter(path => !globPattern(glob).test(path))).toEqual([]);
  expect(others.filter(path => globPattern(glob).test(path))).toEqual([]);
});

test('the walk begins below the last plain directory', () => {
  expect(['a/b/*.yml', '*.yml', '/*.yml', '/x/**', 'a/{b,c}/d'].map(globBase)).toEqual(['a/b', '', '/', '/x', 'a']);
  expect(isGlob('a(b).yaml')).toBe(false);
  expect(isGlob('!(b).yaml')).toBe(true);
});
