/** Deployments that were rolled at promote beside the one that was split have rolled back before a reject says so. */
import { RolloutError } from '../errors.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import { awaitReady } from '../execute/waits/ready.ts';
import { isLent } from '../manifests/lending.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import { isBusy, type Prepared } from '../plan/prepare.ts';
import type { App } from '../plan/world/app.ts';
import { owedBack } from '../plan/world/put-back.ts';
import { isDeployment } from '../workloads/deployment.ts';

/**
 * Waits for what a reject has put back. The rollout has ended by then, so that one that does not come up again bars nobody's way.
 * @throws RolloutError NOT_READY with the reason.
 */
export async function awaitGivenBack(session: Session, { apps, plan }: Prepared): Promise<void> {
  const rejected = apps.filter(app => isBusy({ plan }, app));
  await together(rejected.flatMap(putBackIn).map(object => awaitBack(session, object)));
}

const putBackIn = (app: App): readonly KubeObject[] => owedBack(app).filter(object => isDeployment(object) && isLent(object, app));

async function awaitBack(session: Session, object: KubeObject): Promise<void> {
  const ref = refOf(object);
  if (!session.seen.has(keyOf(ref))) return;
  try {
    await awaitReady(session, { do: 'await-ready', ref, template: null, isStable: false });
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== 'NOT_READY') throw error;
    const message = `the rollout is ended and ${nameOf(ref)} is restored, but it is not ready: ${error.message}`;
    throw new RolloutError(error.code, message, error.hint, { cause: error });
  }
}
