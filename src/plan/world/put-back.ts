/** What a reject puts back of the user's files around a workload. */
import { same } from '../../manifests/json.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { App } from './app.ts';

/** A first release that got ready goes on running behind a reject, with what was applied for it. */
export const keepsFirst = ({ record, stable, leaving = [] }: App): boolean =>
  record?.originals.stable === null && stable !== null && !leaving.includes(keyOf(refOf(stable)));

/** Objects as they were before this rollout wrote the user's files; none where it has not begun to, or where what it wrote stays. */
export const owedBack = (app: App): readonly KubeObject[] =>
  app.record?.begun === true && !keepsFirst(app) ? app.record.originals.others : [];

/** Whether an object is not as it was, in what it says or in whose that is; what controllers write counts for nothing. */
export function isChanged(original: KubeObject, now: KubeObject | undefined): boolean {
  if (now === undefined) return true;
  return now.metadata.resourceVersion !== original.metadata.resourceVersion && !same(content(now), content(original));
}

/** What the Deployment controller writes beside the user. */
const BESIDE = 'deployment.kubernetes.io/';

function content({ status: _status, metadata, ...rest }: KubeObject): unknown {
  const { labels = {}, annotations = {}, managedFields = [] } = metadata;
  const own = Object.entries(annotations).filter(([name]) => !name.startsWith(BESIDE));
  return {
    ...rest,
    labels,
    annotations: Object.fromEntries(own),
    owners: managedFields.filter(({ subresource }) => subresource === undefined),
  };
}
