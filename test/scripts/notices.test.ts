import { expect, test } from '@jest/globals';
import { notices } from '../../scripts/notices.ts';

test('every bundled package is named once, with version and licence text; our own files are not', async () => {
  const text = await notices([
    'src/entry.ts',
    'node_modules/undici/index.js',
    'node_modules/undici/lib/pool.js',
    'node_modules/@actions/core/lib/core.js',
  ]);
  expect(text.match(/^(?:undici|@actions\/core) \d+\.\d+\.\d+ \(MIT\)$/gm)).toHaveLength(2);
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(2);
});
