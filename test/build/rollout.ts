import type { Rollout } from '../../src/model/record.ts';

/** An open rollout of the Deployment `web`, whose deploy has ended well. */
export function aRollout(fields: Partial<Rollout> = {}): Rollout {
  return {
    workload: 'web',
    namespace: 'demo',
    application: 'web',
    strategy: 'canary',
    router: 'script',
    release: 'v2',
    action: 'deploy',
    stage: 'split',
    done: true,
    percentage: 10,
    run: { id: 'shop/1', name: 'run 1 of shop' },
    holder: { run: 'shop/1', process: 'p1', name: 'run 1 of shop' },
    renewedAt: 0,
    base: null,
    replicas: 2,
    replaced: null,
    services: ['web'],
    distinction: { keys: [], copies: [] },
    originals: { stable: null, routes: [], others: [] },
    tested: null,
    created: [],
    ...fields,
  };
}
