/** How a deploy in place ended. */

import { same, text } from '../manifests/json.ts';
import { isChangedBy } from '../manifests/owned.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { Outcome } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Operation } from '../model/operation.ts';
import type { Request } from '../model/request.ts';
import { isDeployment } from '../workloads/deployment.ts';
import { bareOutcome } from './outcome.ts';
import { imagesOf } from './words/describe.ts';

/** What was known before the first write, and behind the last one. */
export interface Course {
  readonly before: Live['objects'];
  readonly after: Live['objects'];
}

/** Out of what was carried out. A dry run knows no course, and says what it would come to. */
export function outcomeInPlace(request: Request, operations: readonly Operation[], course: Course | null): Outcome {
  const isUnfelt = course !== null && !operations.some(operation => isFelt(operation, course));
  return { ...bareOutcome(request, isUnfelt ? 'unchanged' : 'deployed'), ...(course ? imagesInPlace(course) : {}) };
}

/** What a file leaves as it was changes nothing. */
function isFelt(operation: Operation, { before, after }: Course): boolean {
  if (operation.do === 'prune') return after[keyOf(operation.ref)] === undefined;
  if ((operation.do !== 'apply' && operation.do !== 'create') || isFleeting(operation.object)) return false;
  const key = keyOf(refOf(operation.object));
  const [old, now] = [before[key], after[key]];
  return !old || !now || isChangedBy(old, now);
}

/** A Job that the cluster removes when it has ended runs again with every deploy. */
const isFleeting = (object: KubeObject): boolean => object.kind === 'Job' && object.spec?.ttlSecondsAfterFinished !== undefined;

/** What runs in the place of what: of Deployments that were there before. */
function imagesInPlace({ before, after }: Course): Pick<Outcome, 'images'> {
  const changes = Object.entries(before).flatMap(([key, old]) => {
    const now = after[key];
    if (!isDeployment(old) || !now || same(imagesOf(old), imagesOf(now))) return [];
    return [{ workload: old.metadata.name, from: imagesOf(old).map(text), to: imagesOf(now).map(text) }];
  });
  return changes.length > 0 ? { images: changes } : {};
}
