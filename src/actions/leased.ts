/** The lease of a run, from its first claim to its end. */
import { hostname } from 'node:os';
import type { RolloutError } from '../errors.ts';
import { type Lease, openLease } from '../execute/lease.ts';
import type { Session } from '../execute/session.ts';

/** Runs what may hold claims: behind it none is renewed. */
export async function leased(
  session: Session,
  onLost: (error: RolloutError) => void,
  work: (lease: Lease) => Promise<void>,
): Promise<void> {
  const lease = openLease(session, { host: hostname(), pid: process.pid }, onLost);
  try {
    await work(lease);
  } finally {
    lease.stop();
  }
}
