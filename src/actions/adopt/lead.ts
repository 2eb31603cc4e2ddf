/** Changes of what carries requests: routes, splits, the selectors of Services. */
import type { Session } from '../../execute/session.ts';
import { same } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import { type Edit as FieldEdit, operationsOf } from '../../routers/edits.ts';
import { BY_HAND, hear, type Move, need } from './moves.ts';

/** A field of an object that carries requests. */
export interface Edit extends FieldEdit {
  readonly object: KubeObject;
  /** What is done to the field, where more than one workload may be behind it: it is done to what the moves of the others have left. */
  readonly change?: (now: unknown) => unknown;
}

/** A route that leads elsewhere, as a list: an empty one where it does so already. */
export const rerouted = (object: KubeObject, change: (spec: unknown) => unknown): readonly Edit[] =>
  editIfDue({ object, path: '/spec', from: object.spec, to: change(object.spec), change });

/** The edit as a list: an empty one where nothing would change. */
export const editIfDue = (edit: Edit): readonly Edit[] => (same(edit.from, edit.to) ? [] : [edit]);

/** Changes objects that carry requests, one after the other, and waits once until that is heard. */
export function lead(edits: readonly Edit[], text: string, session: Session): readonly Move[] {
  if (edits.length === 0) return [];
  const names = edits.map(({ object }) => nameOf(refOf(object))).join(', ');
  const go = async (): Promise<void> => {
    for (const edit of edits) await write(edit, session);
    await hear(session);
  };
  return [{ text: `${text} (${names})`, needs: edits.map(({ object }) => need('patch', object)), go }];
}

/** Routes as the moves of this run have left them, by uid. */
const rewritten = new WeakMap<Session['seen'], Map<string, KubeObject>>();

async function write({ object, path, change, ...planned }: Edit, { cluster, seen }: Session): Promise<void> {
  const known = rewritten.get(seen) ?? new Map<string, KubeObject>();
  rewritten.set(seen, known);
  const { uid = '' } = object.metadata;
  const now = change && known.get(uid)?.spec;
  const { from, to } = now ? { from: now, to: change(now) } : planned;
  const operations = operationsOf(object, [{ path, from, to }]);
  if (operations.length > 0) known.set(uid, await cluster.patch(refOf(object), operations, { manager: BY_HAND }));
}
