import type { KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** An object of any kind, with nothing but its name. */
export function anObject(apiVersion: string, kind: string, name: string): AnyBuilder {
  return new AnyBuilder({ apiVersion, kind, metadata: { name } });
}

export class AnyBuilder extends ObjectBuilder<AnyBuilder> {
  protected with(object: KubeObject): AnyBuilder {
    return new AnyBuilder(object);
  }
}
