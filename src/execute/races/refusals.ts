/** The refusals of the API server that tell of another writer. */
import { RolloutError } from '../../errors.ts';

/** Somebody else wrote the object, or made another one of its name, since it was read: its version, its uid or a value that a patch tests is another. */
export const isOutrun = (error: unknown): error is RolloutError => isOf(error, 'CONFLICT');

/** Somebody else created an object of this name first. */
export const isTaken = (error: unknown): error is RolloutError => isOf(error, 'ALREADY_EXISTS');

/** Somebody else deleted the object since it was read. */
export const isGone = (error: unknown): error is RolloutError => isOf(error, 'NOT_FOUND');

/** The API server finds the write invalid by what the object has become. */
export const isInvalid = (error: unknown): error is RolloutError => isOf(error, 'INVALID');

const isOf = (error: unknown, code: RolloutError['code']): error is RolloutError => error instanceof RolloutError && error.code === code;
