import { encode } from '../../src/manifests/record.ts';
import { templateHash, templateOf } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Rollout } from '../../src/model/record.ts';

/** The record of a canary of Deployment `web` at 20 % that ended well: by SMI, opened by run 9. */
export function aRollout(stable: KubeObject, more: Partial<Rollout> = {}): Rollout {
  const { name } = stable.metadata;
  return {
    workload: name,
    namespace: 'demo',
    application: name,
    strategy: 'canary',
    router: 'smi',
    release: 'release-9',
    action: 'deploy',
    stage: '20%',
    done: true,
    percentage: 20,
    run: { id: 'run/9', name: 'run 9' },
    holder: null,
    renewedAt: 1_700_000_000_000,
    base: templateHash(templateOf(stable)),
    replicas: 1,
    replaced: null,
    services: [name],
    distinction: { keys: ['app'], copies: [] },
    originals: { stable, routes: [{ name, objects: [] }], others: [] },
    tested: { release: 'release-9', files: [stable], template: templateOf(stable) },
    created: [],
    ...more,
  };
}

/** The record as it lies in the cluster. */
export const aRecord = (stable: KubeObject, more: Partial<Rollout> = {}): KubeObject => encode(aRollout(stable, more)).configMap;
