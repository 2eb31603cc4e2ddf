/** Where the pods of DaemonSets run, for those that are released node by node. */
import { selectorQuery } from '../../manifests/isolate.ts';
import { decode } from '../../manifests/record.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { Cluster, Collection, KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { isDaemonSet } from '../../workloads/daemon-set.ts';
import { rolledIn } from '../../workloads/index.ts';
import { together } from '../together.ts';

/** The pods of the DaemonSets that are meant or open, and the nodes that the inputs select: nodes belong to no namespace, and few logins may list them. */
export async function readNodes(request: Request, cluster: Cluster, first: Live['objects']): Promise<readonly KubeObject[]> {
  const { inputs, manifests } = request;
  const isBeside = strategyNamed(inputs.strategy).place === 'beside';
  const files = isBeside ? rolledIn(manifests).filter(isDaemonSet) : [];
  const sets = new Map([...files, ...openSets(first)].map(set => [keyOf(refOf(set)), set]));
  const isSelected = files.length > 0 && inputs.action === 'deploy' && inputs.canaryNodes !== null;
  const wanted: readonly Collection[] = [
    ...[...sets.values()].map(({ metadata: { namespace = '' }, spec }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace,
      labels: selectorQuery(spec),
    })),
    ...(isSelected ? [{ apiVersion: 'v1', kind: 'Node', labels: inputs.canaryNodes ?? '' }] : []),
  ];
  return (await together(wanted.map(of => cluster.list(of)))).flat();
}

/** As the records of open rollouts have them. */
const openSets = (objects: Live['objects']): readonly KubeObject[] =>
  Object.values(objects).flatMap(object => {
    const stable = object.kind === 'ConfigMap' ? decode(object, null)?.originals.stable : null;
    return stable && isDaemonSet(stable) ? [stable] : [];
  });
