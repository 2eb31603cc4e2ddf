import type { Json, KubeObject } from '../../src/model/kube.ts';
import { withField } from './fields.ts';

/** What every builder can do; each call gives a new builder. */
export abstract class ObjectBuilder<Self> {
  constructor(protected readonly object: KubeObject) {}

  protected abstract with(object: KubeObject): Self;

  /** Any field by its path: `field('spec.paused', true)`. Keys with dots go through `labels` and `annotations`. */
  field(path: string, value: Json): Self {
    return this.with(withField(this.object, path.split('.'), value));
  }

  namespace(namespace: string): Self {
    return this.field('metadata.namespace', namespace);
  }

  uid(uid: string): Self {
    return this.field('metadata.uid', uid);
  }

  labels(labels: Readonly<Record<string, string>>): Self {
    return this.field('metadata.labels', { ...this.object.metadata.labels, ...labels });
  }

  annotations(annotations: Readonly<Record<string, string>>): Self {
    return this.field('metadata.annotations', { ...this.object.metadata.annotations, ...annotations });
  }

  /** On its way out. */
  deleting(): Self {
    return this.field('metadata.deletionTimestamp', '2026-01-01T00:00:00Z');
  }

  condition(type: string, status: 'True' | 'False', more: Readonly<Record<string, string>> = {}): Self {
    const conditions = this.object.status?.conditions;
    const others = Array.isArray(conditions) ? conditions.filter(entry => entry?.type !== type) : [];
    return this.field('status.conditions', [...others, { type, status, ...more }]);
  }

  build(): KubeObject {
    return this.object;
  }
}
