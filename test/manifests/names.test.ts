import { describe, expect, test } from '@jest/globals';
import { APPLICATION, derived, ourLabels, VARIANT } from '../../src/manifests/names.ts';

const long = `${'checkout-service-'.repeat(4)}web`;

describe('a name of ours', () => {
  test('is the thing it belongs to and what it is for', () => {
    expect(derived('web', 'canary')).toBe('web-canary');
  });

  test('stays within 63 characters, keeps its suffix and is a legal name', () => {
    const name = derived(long, 'baseline');
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^[a-z0-9][-a-z0-9]*-[0-9a-f]{10}-baseline$/);
  });

  test('does not end its cut in a separator', () => {
    expect(derived(`${'a'.repeat(44)}${'-.'.repeat(20)}`, 'canary')).toMatch(/^a+-[0-9a-f]{10}-canary$/);
  });

  test('differs for two long names that begin alike', () => {
    expect(derived(`${long}-one`, 'canary')).not.toBe(derived(`${long}-two`, 'canary'));
  });

  test('is the same every time, since it finds what an earlier run made', () => {
    expect(derived(long, 'canary')).toBe(derived(long, 'canary'));
  });
});

test('the labels of ours name the part and the workload, within what a label may hold', () => {
  expect(ourLabels('record', 'web')).toEqual({ [VARIANT]: 'record', [APPLICATION]: 'web' });
  expect(ourLabels('canary', 'w'.repeat(200))[APPLICATION]).toHaveLength(63);
});
