import type { KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** A Deployment of one replica whose pods have the label `app`, as a file would say it. */
export function aDeployment(name: string): DeploymentBuilder {
  return new DeploymentBuilder({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'demo', generation: 1 },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image: 'app:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  });
}

export class DeploymentBuilder extends ObjectBuilder<DeploymentBuilder> {
  protected with(object: KubeObject): DeploymentBuilder {
    return new DeploymentBuilder(object);
  }

  replicas(replicas: number): DeploymentBuilder {
    return this.field('spec.replicas', replicas);
  }

  image(image: string): DeploymentBuilder {
    return this.field('spec.template.spec.containers', [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }]);
  }

  /** The controller has seen it, and counts so many pods: all, those of the current template, those available. */
  counting(total: number, updated: number, available: number): DeploymentBuilder {
    const status = {
      observedGeneration: this.object.metadata.generation ?? 1,
      replicas: total,
      updatedReplicas: updated,
      availableReplicas: available,
    };
    return this.field('status', { ...this.object.status, ...status });
  }
}
