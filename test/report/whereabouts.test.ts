import { expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import { located } from '../../src/report/whereabouts.ts';

const step = (text: string): Event => ({ type: 'step', text });
const done = (text: string): Event => ({ type: 'done', text, seconds: 0 });
const interrupted: Event = { type: 'failed', code: 'INTERRUPTED', message: 'stopped by a signal', hint: 'Run it again.' };

test('an interruption says which steps were under way', () => {
  const events = [step('wait 5 s'), done('wait 5 s'), step('wait 5 s'), step('create x'), step('create y'), done('create x')];
  expect(located(interrupted, events)).toMatchObject({ message: 'stopped by a signal; under way was: wait 5 s; create y' });
});

test('an interruption between two steps, and any other failure, stay as they are', () => {
  expect(located(interrupted, [step('a'), done('a')])).toBe(interrupted);
  const failed: Event = { type: 'failed', code: 'NOT_READY', message: 'late', hint: 'Wait.' };
  expect(located(failed, [step('a')])).toBe(failed);
});
