import { at } from '../../src/manifests/json.ts';
import { texts } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** The ReplicaSet that the controller would make of a Deployment's template under this hash. */
export function aReplicaSetOf(deployment: KubeObject, hash: string): ReplicaSetBuilder {
  const labels = at(deployment, 'spec.template.metadata.labels');
  const set = new ReplicaSetBuilder({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${deployment.metadata.name}-${hash}`, labels: { 'pod-template-hash': hash } },
    spec: { ...deployment.spec },
  });
  return set
    .namespace(deployment.metadata.namespace ?? 'default')
    .field('spec.template.metadata.labels', { ...texts(labels), 'pod-template-hash': hash })
    .ownedBy(deployment);
}

export class ReplicaSetBuilder extends ObjectBuilder<ReplicaSetBuilder> {
  protected with(object: KubeObject): ReplicaSetBuilder {
    return new ReplicaSetBuilder(object);
  }

  ownedBy({ apiVersion, kind, metadata }: KubeObject): ReplicaSetBuilder {
    const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? metadata.name, controller: true };
    return this.field('metadata.ownerReferences', [owner]);
  }

  createdAt(moment: string): ReplicaSetBuilder {
    return this.field('metadata.creationTimestamp', moment);
  }
}
