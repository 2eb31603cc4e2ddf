import type { Collection, KubeObject, Trace } from '../model/kube.ts';
import { type Api, objectOf } from './api.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { linesOf } from './lines.ts';
import { snapshot } from './reads.ts';
import { strange } from './strange.ts';
import { openStream } from './watch.ts';

/** The collection at one moment, and every change since: a watch from that moment leaves none out, or says that it does. */
export async function trace(api: Api, of: Collection): Promise<Trace> {
  const kind = await api.discovery.demand(of.apiVersion, of.kind);
  const { objects, resourceVersion } = await snapshot(api, kind, of);
  const stage = { scope: { kind, of, ref: null }, set: new Map<string, KubeObject>(), from: resourceVersion };
  return {
    objects,
    changes: async function* (signal) {
      for await (const lines of linesOf(await openStream(api, stage, signal))) yield* lines.flatMap(changed);
    },
  };
}

function changed(line: string): readonly KubeObject[] {
  const { type, object } = fieldsOf(JSON.parse(line)) ?? {};
  if (type === 'BOOKMARK') return [];
  if (type === 'ERROR') throw strange('a watch that leaves changes out');
  return [objectOf(object)];
}
