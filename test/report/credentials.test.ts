import { describe, expect, test } from '@jest/globals';
import { withoutCredentials } from '../../src/report/credentials.ts';

describe('credentials of an address are not shown', () => {
  test.each([
    ['https://user:s3cret@host/x', 'https://***@host/x'],
    ['ftp://user:s3cret@host/x.', 'ftp://***@host/x.'],
    ['htps://user:s3cr@et@host/x', 'htps://***@host/x'],
    ['https:/user:s3cret@host/x', 'https:/***@host/x'],
    ['https//user:s3cret@host/x', 'https//***@host/x'],
    ['no file user:s3cret@host/x', 'no file ***@host/x'],
    ['git+https://ghp_s3cret@host/x', 'git+https://***@host/x'],
    ['"postgres://user:s3cret@db:5432/shop"', '"postgres://***@db:5432/shop"'],
    ['htps://host/x?a=b&sig=s3cret&c=d: no such file', 'htps://host/x?a=b&sig=***&c=d: no such file'],
  ])('%s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
    expect(withoutCredentials(text)).not.toContain('s3cr');
  });

  test.each([
    'registry.example:5000/shop/web:1.2@sha256:0123456789abcdef',
    'web:1@sha256:0123',
    'opened by dev@example.org: canary at 20 %',
    'deploy of web? Yes.',
    'https://ci.example/run/12',
    'https://ci.example/org/web/_build/results?buildId=12&view=logs',
  ])('%s holds none', text => {
    expect(withoutCredentials(text)).toBe(text);
  });

  test('also of a line of a megabyte, in one way through it', () => {
    expect(withoutCredentials(`${'a:'.repeat(250_000)}${'/'.repeat(250_000)}@`)).toHaveLength(750_001);
  });
});
