import { same } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change } from '../model/live.ts';

/** What makes an object of ours be so: created, replaced, or left alone when labels, annotations and spec are the same. */
export function written(object: KubeObject, found: KubeObject | undefined): readonly Change[] {
  if (!found) return [{ do: 'create', object }];
  return same(content(object), content(found)) ? [] : [{ do: 'replace', object }];
}

const content = ({ metadata: { labels, annotations }, spec }: KubeObject): unknown => ({
  labels: labels ?? {},
  annotations: annotations ?? {},
  spec,
});
