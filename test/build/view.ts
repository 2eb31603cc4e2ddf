import type { Order, RecordView, RouteView, View, WorkloadView } from '../../src/model/plan.ts';
import { canary } from '../../src/strategies/canary.ts';
import { aSplit } from './facts.ts';

/** A ready Deployment as the planner sees it; a variant's own where `more` says so. */
export const aWorkload = (template: string, replicas: number, more: Partial<WorkloadView> = {}): WorkloadView => ({
  template,
  replicas,
  ready: replicas,
  uid: `uid-${template}`,
  ours: false,
  ...more,
});

/** Stable runs v1 with 10 pods, no route splits its Service, and nothing is open. */
export const aView = (more: Partial<View> = {}): View => ({
  now: 0,
  workloads: { stable: aWorkload('v1', 10) },
  services: [],
  routes: { web: null },
  record: null,
  remains: false,
  ...more,
});

/** The record of a canary of v2 over v1, whose first stage is done. */
export const aRecordView = (more: Partial<RecordView> = {}): RecordView => ({
  run: { id: '1', name: 'run 1' },
  holder: null,
  renewedAt: 0,
  version: '7',
  release: 'v2',
  action: 'deploy',
  stage: '20%',
  done: false,
  base: 'v1',
  replaced: null,
  next: 'v2',
  originals: { stable: { template: 'v1', replicas: 10 }, routes: { web: null } },
  ...more,
});

/** A deploy of v2 as a canary through a mesh. */
export const anOrder = (more: Partial<Order> = {}): Order => ({
  action: 'deploy',
  strategy: canary,
  routing: 'weights',
  split: aSplit(),
  variant: 'canary',
  leaves: [],
  release: 'v2',
  next: 'v2',
  run: { id: '1', name: 'run 1' },
  process: 'p1',
  takesAny: false,
  changesMore: false,
  replicas: 1,
  onOpen: 'refuse',
  acceptStableChange: false,
  allowUnhealthyStable: false,
  deleteFirstRelease: false,
  acceptsAnyAnalysis: false,
  movesPort: false,
  siblings: 0,
  ...more,
});

/** A route of ours by its weights. */
export const ourRoute = (weights: RouteView['traffic']['weights']): RouteView => ({ owner: 'ours', traffic: { weights } });
