/** What a record names and must not have done by itself: it is left, and said. */

import { firstSaid } from '../../manifests/first-ones.ts';
import { isLent, isLentRef, showsOurs } from '../../manifests/lending.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Action } from '../../model/stage.ts';
import type { App } from './app.ts';
import { owedBack } from './put-back.ts';

/** One sentence for each entry of the records that an action passes over. */
export function unlent(action: Action, apps: readonly App[]): readonly string[] {
  if (action === 'promote') return apps.flatMap(unapplied);
  return action === 'reject' ? apps.flatMap(app => [...unrestored(app), ...unremoved(app)]) : [];
}

const WHY = 'it is outside the rollout’s namespace, or grants permissions, and the record is not trusted with that';

const refs = (app: App, objects: readonly KubeObject[]) => objects.filter(object => !isLent(object, app)).map(refOf);

function unapplied(app: App): readonly string[] {
  const isGiven = app.request.manifests.length > 0;
  const files = isGiven ? [] : refs(app, app.record?.tested?.files ?? []);
  return firstSaid(files, ref => `${nameOf(ref)} is left as it is: ${WHY}. Give promote the manifests to have it applied.`);
}

const unrestored = (app: App): readonly string[] =>
  firstSaid(refs(app, owedBack(app)), ref => `${nameOf(ref)} is not restored: ${WHY}. Apply your earlier file.`);

function unremoved(app: App): readonly string[] {
  const { record, request } = app;
  const given = request.manifests.map(({ object }) => keyOf(refOf(object)));
  const left = (record?.created ?? []).filter(({ ref }) => !isLentRef(ref, app) && !given.includes(keyOf(ref)));
  const unproven = (record?.created ?? []).flatMap(({ ref, uid }) => {
    const object = app.live.objects[keyOf(ref)];
    return object && uid === object.metadata.uid && !left.some(made => made.ref === ref) && !showsOurs(object, app.recordCreatedAt)
      ? [ref]
      : [];
  });
  return [
    ...firstSaid(left, ({ ref }) => `${nameOf(ref)} stays: ${WHY}. Give reject the manifests, or remove it yourself.`),
    ...firstSaid(
      unproven,
      ref => `${nameOf(ref)} stays: only the record says that this rollout created it. Remove it yourself if that is so.`,
    ),
  ];
}
