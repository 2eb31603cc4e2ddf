import { describe, expect, test } from '@jest/globals';
import { nameOfVersion, seenBy, unopened, versionsOf, withoutEnded } from '../../src/manifests/versions.ts';
import { aRollout } from '../build/rollout.ts';

const a = aRollout({ variant: 'a', release: 'v2', percentage: null });
const both = { ...aRollout({ variant: 'b', release: 'v3', percentage: null }), others: versionsOf(a) };

describe('a rollout of two versions', () => {
  test('is seen by each as its own, with the other beside it', () => {
    expect(seenBy(both, 'b')).toEqual(both);
    expect(seenBy(both, 'a')).toMatchObject({ variant: 'a', release: 'v2', others: [{ variant: 'b', release: 'v3' }] });
    expect(seenBy(both, 'c')).toBeNull();
  });

  test('keeps what is the whole rollout’s, whoever looks', () => {
    const { originals, holder, services, replicas } = both;
    expect(seenBy(both, 'a')).toMatchObject({ originals, holder, services, replicas });
    expect(unopened(both, 'c')).toMatchObject({ originals, holder, services, replicas, release: '' });
  });

  test('has both beside a version that is yet to come', () => {
    expect(unopened(both, 'c').others?.map(nameOfVersion)).toEqual(['b', 'a']);
  });

  test('comes back to the same when it was seen by the other', () => {
    const there = seenBy(both, 'a');
    expect(there && seenBy(there, 'b')).toEqual(both);
  });
});

describe('a version whose reject has ended', () => {
  test('is gone as long as there is another', () => {
    expect(withoutEnded({ ...both, action: 'reject' })).toEqual(a);
    expect(withoutEnded({ ...both, action: 'reject', done: false })).toMatchObject({ variant: 'b' });
  });

  test('stays where it is the only one', () => {
    expect(withoutEnded({ ...a, action: 'reject' })).toEqual({ ...a, action: 'reject' });
  });
});

test('a version without a name of its own is the canary, and takes nothing of a named one over', () => {
  const { variant: _variant, ...plain } = a;
  expect(versionsOf(plain).map(nameOfVersion)).toEqual(['canary']);
  expect(Object.keys(seenBy({ ...both, others: versionsOf(plain) }, 'canary') ?? {})).not.toContain('variant');
});
