/** What the API server finds invalid of what we make of the user's objects. */
import { RolloutError } from '../errors.ts';
import { nameOf } from '../manifests/refs.ts';
import type { Ref } from '../model/kube.ts';

/** Throws what the API server does not take of a split: the manifests are not to blame for what we make of a route. */
export const asUnsplittable = (ref: Ref) =>
  asInvalid(
    `The split could not be written into ${nameOf(ref)}`,
    'See the API server’s message. Change the route so that it accepts the split, or use another traffic-split-method.',
  );

/** Throws what the API server does not take of an object as it was: its kind, or the cluster's policies, may have changed since. */
export const asUnreturnable = (ref: Ref) =>
  asInvalid(
    `${nameOf(ref)} could not be restored`,
    'See the API server’s message. Correct the object by hand, then run the same action again: it resumes from here.',
  );

const asInvalid =
  (what: string, hint: string) =>
  (error: unknown): never => {
    if (!(error instanceof RolloutError) || error.code !== 'INVALID') throw error;
    throw new RolloutError(error.code, `${what}: ${error.message}`, hint, { cause: error });
  };
