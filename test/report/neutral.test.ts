import { describe, expect, test } from '@jest/globals';
import { neutral } from '../../src/report/neutral.ts';

/** How the agents look for commands: Azure and GitHub's old syntax anywhere in a line, GitHub's at the beginning. A line ends at CR too. */
function commands(text: string): readonly string[] {
  return text.split(/\r\n|[\r\n]/).filter(line => /##(vso)?\[/i.test(line) || line.trimStart().startsWith('::'));
}

describe('text that an agent would execute', () => {
  test.each([
    '##vso[task.setvariable variable=PATH]x',
    'pod web: ##VSO[task.complete result=Succeeded]',
    '###vso[task.complete]',
    '##[error]boom',
    '::set-output name=status::promoted',
    '  ::error::boom',
    '\t::add-mask::x',
    'fine\n::warning::x',
    'fine\r##vso[x]',
    'fine\r\n::x::',
    'fine\u2028::x::',
    '\u001b::x::',
    '#\u0000#vso[x]',
    '\u200b::x::',
    '\ufeff::x::',
    ':\u0008::x::',
    '#\u200d#[x]',
  ])('%j is shown and not executed', text => {
    expect(commands(neutral(text))).toEqual([]);
    expect(neutral(text).replace(/\s/g, '')).toContain(text.replace(/[^\x21-\x7e]/g, '').slice(-6));
  });

  test('stays readable', () => {
    expect(neutral('##vso[task.complete]')).toBe('# #vso[task.complete]');
    expect(neutral('::error::boom')).toBe(': :error::boom');
  });
});

test('control characters do not reach a terminal', () => {
  expect(neutral('a\u001b[2Jb\u0007c\u009b1m')).toBe('a[2Jbc1m');
});

test('ordinary text stays as it is', () => {
  const text = 'web-canary: 1 of 3 pods ready\n  # 2 images\tregistry.example:5000/web:1.2 std::string é 日本';
  expect(neutral(text)).toBe(text);
});
