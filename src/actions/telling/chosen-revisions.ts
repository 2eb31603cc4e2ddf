/** To which revision a run has begun to go back: asked again, it means the same one, and not the one before what runs by then. */
import { RolloutError } from '../../errors.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { at, hash } from '../../manifests/json.ts';
import { refOf } from '../../manifests/refs.ts';
import { templateHash, templateOf } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { revisionTemplate } from '../../plan/world/revisions.ts';
import { eventObject } from './event-object.ts';

/** An Event with these labels remembers it: nothing of ours is left, since the API server removes it after its own time. */
const RUN = 'kubernetes-rollout/undone-by';
const TO = 'kubernetes-rollout/undone-to';
const FROM = 'kubernetes-rollout/undone-from';

/** A person at a terminal who asks twice means two ways. */
const isForgetful = ({ request: { run, inputs } }: Session): boolean => run.interactive === true || inputs.toRevision !== null;

/** What this run has noted in a namespace; nothing where the Role does not show it. */
export async function notedIn(session: Session, namespace: string): Promise<readonly KubeObject[]> {
  if (isForgetful(session)) return [];
  try {
    return await session.cluster.list({ apiVersion: 'v1', kind: 'Event', namespace, labels: `${RUN}=${markOf(session)}` });
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'FORBIDDEN') return [];
    throw error;
  }
}

/** The revision that the run has begun to go back to; undefined for none, for one that is kept no more, and where somebody has released another version since. */
export function chosenOf(live: KubeObject, kept: readonly (KubeObject | null)[], noted: readonly KubeObject[]): KubeObject | undefined {
  const running = templateHash(templateOf(live));
  const labels = noted.filter(note => at(note, 'involvedObject.uid') === live.metadata.uid).map(({ metadata }) => metadata.labels ?? {});
  const chosen = (labels.find(label => label[TO] === running) ?? labels.find(label => label[FROM] === running))?.[TO];
  return kept.find(revision => revision !== null && templateHash(revisionTemplate(revision)) === chosen) ?? undefined;
}

/** Notes it before the first write; where that cannot be, the way back is the same without. */
export async function note(session: Session, ways: readonly { readonly live: KubeObject; readonly to: KubeObject }[]): Promise<void> {
  if (isForgetful(session)) return;
  await together(ways.map(({ live, to }) => session.cluster.create(eventOf(session, live, to)).catch(() => undefined)));
}

function eventOf(session: Session, live: KubeObject, to: KubeObject): KubeObject {
  const { cluster, request } = session;
  const { name, namespace = '', uid = '' } = live.metadata;
  const template = templateHash(revisionTemplate(to));
  const metadata = {
    name: `${name.slice(0, 150)}.${markOf(session)}.${template}`,
    namespace,
    labels: { [RUN]: markOf(session), [TO]: template, [FROM]: templateHash(templateOf(live)) },
  };
  const message = `it is to go back to an earlier revision, by ${request.run.name}`;
  return eventObject({ metadata, at: { ...refOf(live), uid } }, { type: 'Normal', reason: 'RolloutUndo', message }, cluster.now());
}

/** Any text, as the value of a label. */
const markOf = ({ request }: Session): string => hash(request.run.id);
