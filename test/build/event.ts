import type { KubeObject } from '../../src/model/kube.ts';

/** An event about the object, as the API of `v1` tells it; `second` orders them. */
export function anEvent({ kind, metadata }: KubeObject, { reason, message, second = 0 }: Telling): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${metadata.name}.${reason}.${second}` },
    involvedObject: { kind, name: metadata.name, ...(metadata.uid ? { uid: metadata.uid } : {}) },
    reason,
    message,
    lastTimestamp: new Date(second * 1000).toISOString(),
  };
}

export interface Telling {
  readonly reason: string;
  readonly message: string;
  readonly second?: number;
}
