/** Reading collections. */
import type { JsonObject } from '../../model/kube.ts';
import { stringsAt, textAt } from '../json.ts';
import { fieldTest, labelTest } from '../objects/selector.ts';
import { type Api, inVersion, type Target } from './api.ts';

/** Which objects of a collection are meant, in the API's own syntax. */
export interface Selection {
  readonly labels: string;
  readonly fields: string;
}

/** The objects of a collection, or the one that is named, in the order of their names. */
export function listObjects(api: Api, target: Target, selection: Selection): readonly JsonObject[] {
  const test = selectionTest(target, selection);
  return api.store
    .list(target.resource.key, target.namespace)
    .filter(test)
    .map(object => inVersion(target.resource, object));
}

/** Whether an object belongs to the collection. */
export function selectionTest(target: Target, selection: Selection): (object: JsonObject) => boolean {
  const labels = labelTest(selection.labels);
  const fields = fieldTest(selection.fields);
  const isInside = (object: JsonObject): boolean =>
    (target.namespace === '' || textAt(object, 'metadata', 'namespace') === target.namespace) &&
    (target.name === '' || textAt(object, 'metadata', 'name') === target.name);
  return object => isInside(object) && labels(stringsAt(object, 'metadata', 'labels')) && fields(object);
}
