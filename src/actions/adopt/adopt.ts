/** `adopt`: what another tool's release has left is settled before a deploy, and no request is lost by it. */

import { checkpoint, type Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import type { PlannedStep } from '../../model/event.ts';
import { refuseUnpermitted } from '../permitted.ts';
import { settleArgo } from './argo-rollouts.ts';
import { settleAzure } from './azure.ts';
import { settleFlagger } from './flagger.ts';
import type { Move } from './moves.ts';
import { surroundings } from './surroundings.ts';

/**
 * Settles what is left around the Deployments of the files: all requests to the running version, then the others go. Resolves to the steps of what a
 * dry run would do; empty where nothing is left, or where all is settled.
 * @throws RolloutError FOREIGN_ROLLOUT where it cannot be settled; FORBIDDEN with what the login lacks.
 */
export async function adopt(session: Session): Promise<readonly PlannedStep[]> {
  const { request, emit } = session;
  const moves = await movesOf(session);
  const steps = moves.map(({ text }) => ({ workload: '', stage: 'adopt', text, waitSeconds: 0 }));
  if (request.inputs.dryRun || moves.length === 0) return steps;
  await refuseUnpermitted(session, { now: moves.flatMap(({ needs }) => needs), back: [], onward: [] });
  for (const move of moves) {
    checkpoint(session);
    emit({ type: 'step', text: move.text });
    const began = session.cluster.time.elapsed();
    Object.assign(session.trail, { hasMoved: true, isTaken: false });
    await move.go();
    emit({ type: 'done', text: move.text, seconds: (session.cluster.time.elapsed() - began) / 1000 });
  }
  // The last of the moves come behind the data plane's delay.
  session.trail.isTaken = true;
  return [];
}

async function movesOf(session: Session): Promise<readonly Move[]> {
  const around = await surroundings(session);
  const moves = await together(
    around.map(async each => [
      ...settleAzure(each, session),
      ...(await settleArgo(each, session)),
      ...(await settleFlagger(each, session)),
    ]),
  );
  return moves.flat();
}
