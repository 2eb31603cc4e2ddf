/** What every cluster has from the start: namespaces, nodes, the API's own Service. */
import type { JsonObject } from '../model/kube.ts';
import { timestamp } from './api/api.ts';
import type { World } from './controllers/controller.ts';
import { create } from './controllers/writes.ts';

const nodes = 5;

/** Creates the furniture. */
export function furnishCluster(world: World): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    create(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (let i = 1; i <= nodes; i += 1) world.api.store.put('/nodes', node(world, `node-${i}`));
  create(world, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
  });
}

/** Kubelets say it under the name of old still, and files of old select by that. */
const platform = (prefix: string) => ({ [`${prefix}os`]: 'linux', [`${prefix}arch`]: 'amd64' });

function node(world: World, name: string): JsonObject {
  const now = timestamp(world.api.clock);
  const room = { cpu: '64', memory: '256Gi', pods: '1k' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: world.api.random.uid(),
      creationTimestamp: now,
      labels: { 'kubernetes.io/hostname': name, ...platform('kubernetes.io/'), ...platform('beta.kubernetes.io/') },
    },
    spec: {},
    status: {
      capacity: room,
      allocatable: room,
      conditions: [{ type: 'Ready', status: 'True', reason: 'Simulated', lastHeartbeatTime: now, lastTransitionTime: now }],
      nodeInfo: { kubeletVersion: 'v1.34.4', operatingSystem: 'linux', architecture: 'amd64', containerRuntimeVersion: 'simulated://1' },
    },
  };
}
