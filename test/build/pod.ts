import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** A pod that runs on a node and is ready. */
export function aPod(name: string): PodBuilder {
  return new PodBuilder({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'demo', uid: `uid-of-${name}` },
    spec: { containers: [{ name: 'web', image: 'app:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { phase: 'Running' },
  })
    .condition('PodScheduled', 'True')
    .condition('Ready', 'True');
}

export class PodBuilder extends ObjectBuilder<PodBuilder> {
  protected with(object: KubeObject): PodBuilder {
    return new PodBuilder(object);
  }

  /** One of the Deployment's pods, of the template with this hash. */
  ofTemplate(hash: string): PodBuilder {
    return this.labels({ 'pod-template-hash': hash });
  }

  notReady(): PodBuilder {
    return this.condition('Ready', 'False');
  }

  /** The container `web` waits for this reason, after so many restarts. */
  waiting(reason: string, message = '', restarts = 0): PodBuilder {
    return this.container({ state: { waiting: { reason, message } }, restartCount: restarts });
  }

  /** Not ready, with this status of the container `web`. */
  container(status: JsonObject, list: 'containerStatuses' | 'initContainerStatuses' = 'containerStatuses'): PodBuilder {
    return this.notReady().field(`status.${list}`, [{ name: 'web', ready: false, restartCount: 0, ...status }]);
  }

  /** No node takes it. */
  unschedulable(message: string): PodBuilder {
    return this.field('status', { phase: 'Pending' }).condition('PodScheduled', 'False', { reason: 'Unschedulable', message });
  }

  /** On a node, no container made yet. */
  starting(): PodBuilder {
    return this.notReady().field('status.phase', 'Pending');
  }
}
