/** ControllerRevisions: the history of StatefulSets and DaemonSets. */
import type { JsonObject } from '../../model/kube.ts';
import { numberAt, objectAt, stringsAt, textAt } from '../json.ts';
import type { World } from './controller.ts';
import { change, controlled, controllerReference, create, nameOf } from './writes.ts';

/** What a revision is called, and the label that bears its hash: the two kinds of owners call it differently. */
export interface RevisionName {
  readonly name: string;
  readonly hashLabel: string;
}

/** Notes a template under a revision's name; one that came back gets the newest number. */
export function revisionObject(world: World, owner: JsonObject, { name, hashLabel }: RevisionName): void {
  const known = controlled(world, 'apps/controllerrevisions', owner);
  const newest = Math.max(0, ...known.map(revision => numberAt(revision, 0, 'revision')));
  const found = known.find(revision => nameOf(revision) === name);
  if (found !== undefined && numberAt(found, 0, 'revision') < newest) change(world, { ...found, revision: newest + 1 });
  if (found !== undefined) return;
  const labels = {
    ...stringsAt(owner, 'spec', 'selector', 'matchLabels'),
    [hashLabel]: name.slice(nameOf(owner).length + 1),
  };
  const metadata = { name, namespace: textAt(owner, 'metadata', 'namespace'), labels, ownerReferences: [controllerReference(owner)] };
  const data = { spec: { template: { ...objectAt(owner, 'spec', 'template'), $patch: 'replace' } } };
  create(world, { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, data, revision: newest + 1 });
}
