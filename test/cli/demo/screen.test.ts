import { describe, expect, test } from '@jest/globals';
import { screenOn } from '../../../cli/demo/screen.ts';

function written(size: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }): string {
  const texts: string[] = [];
  const screen = screenOn({ ...size, write: text => texts.push(text) });
  screen.log('log');
  screen.draw(['one', 'two']);
  screen.draw(['three', 'four']);
  return texts.join('');
}

describe('the demo is shown', () => {
  test('in place on a terminal', () => {
    expect(written({ isTTY: true, columns: 80, rows: 24 })).toBe('one\u001b[K\ntwo\u001b[K\n\u001b[2Athree\u001b[K\nfour\u001b[K\n');
  });

  test.each([
    ['a log', {}],
    ['a narrow terminal', { isTTY: true, columns: 79, rows: 50 }],
    ['a low terminal', { isTTY: true, columns: 200, rows: 10 }],
  ])('line by line in %s', (_, size) => {
    expect(written(size)).toBe('log\n');
  });
});
