import { selectorQuery } from '../manifests/isolate.ts';
import { at, records } from '../manifests/json.ts';
import { deploymentOf } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Operation } from '../model/operation.ts';
import { deploymentAt } from '../workloads/deployment.ts';
import type { App } from './app.ts';

/** Each pod of the new version is asked, where the Service will send its requests; nothing where there is none. */
export function probe(app: App): readonly Extract<Operation, { do: 'probe' }>[] {
  const { namespace, name: workload, live, roots, request } = app;
  const deployment = live.objects[keyOf(deploymentAt({ namespace, name: deploymentOf('canary', app) }))];
  const pods = selectorQuery(deployment?.spec);
  const { probes } = request.inputs;
  if (!pods || probes.length === 0) return [];
  const [first] = roots.flatMap(root => records(at(root, 'spec.ports')));
  const target = first?.targetPort ?? first?.port;
  const port = typeof target === 'number' || typeof target === 'string' ? String(target) : null;
  return [{ do: 'probe', namespace, workload, pods, port, probes }];
}
