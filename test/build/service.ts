import type { Json, KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** A Service that selects `app: <name>` and leads port 80 to the pods' port `http`. */
export function aService(name: string): ServiceBuilder {
  return new ServiceBuilder({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'demo' },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'http' }] },
  });
}

export class ServiceBuilder extends ObjectBuilder<ServiceBuilder> {
  protected with(object: KubeObject): ServiceBuilder {
    return new ServiceBuilder(object);
  }

  selecting(selector: Readonly<Record<string, string>>): ServiceBuilder {
    return this.field('spec.selector', { ...selector });
  }

  ports(...ports: readonly Json[]): ServiceBuilder {
    return this.field('spec.ports', ports);
  }
}
