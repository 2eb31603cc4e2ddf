/** A reject takes back what a rollout did; what somebody else did with the release meanwhile it does not. */
import { RolloutError } from '../errors.ts';
import { note, type Session } from '../execute/session.ts';
import { refOf } from '../manifests/refs.ts';
import { isSameTemplate, templateOf } from '../manifests/template.ts';
import { isBusy, type Prepared } from '../plan/prepare.ts';
import { imagesOf } from '../plan/words/describe.ts';
import type { App } from '../plan/world/app.ts';
import { titleOf, workloadOf } from '../workloads/index.ts';

/**
 * Looks at stable when a reject has ended, or before where nothing is written.
 * @throws RolloutError STABLE_CHANGED where it runs the very release that was rejected: no requests went back to an old version.
 */
export async function refuseStillRunning(session: Session, { apps, plan }: Prepared): Promise<void> {
  const rejected = apps.filter(app => isBusy({ plan }, app));
  const found = await Promise.all(rejected.map(app => stillRunning(session, app)));
  const messages = found.flatMap(message => message ?? []);
  if (messages.length === 0) return;
  const undo = rejected
    .filter((_, i) => found[i] !== null)
    .map(app => `kubectl rollout undo ${workloadOf(app).kind.toLowerCase()}/${app.name} -n ${app.namespace}`)
    .join(' and ');
  throw new RolloutError(
    'STABLE_CHANGED',
    messages.join('\n'),
    `Go back with the files of the previous version (in Git, if a GitOps controller applies them), or with ${undo}.`,
  );
}

async function stillRunning(session: Session, app: App): Promise<string | null> {
  const { record, stable } = app;
  const tested = record?.tested?.template;
  const original = record?.originals.stable;
  if (!tested || !original || !stable || isSameTemplate(templateOf(original), tested)) return null;
  const { dryRun } = session.request.inputs;
  const now = dryRun ? stable : await session.cluster.get(refOf(stable));
  if (!now) return null;
  note(session, now);
  if (!isSameTemplate(templateOf(now), tested)) return null;
  const images = imagesOf(now).join(', ');
  const ended = dryRun ? 'a reject would end its rollout, but' : 'its rollout is ended and the canary gone, but';
  return `${titleOf(app)}: ${ended} stable itself runs the rejected release (${images}), which somebody put there during the test: it has all the traffic`;
}
