import type { TrafficRouter } from '../model/router.ts';

/** No route at all: the variants' pods stand behind the user's own Services, and their counts are the split. */
export const pod: TrafficRouter = {
  name: 'pod',
  about: 'No route: the pod counts behind the same Service are the split.',
  routing: 'pods',
  owner: 'ours',
  can: ['weight', 'baseline'],
  settleSeconds: 2,
  lag: 'kube-proxy gathers changes for a second (minSyncPeriod)',
  kinds: [],
  collections: () => [],
  carriers: () => [],
  render: () => [],
  read: () => null,
  rivals: () => [],
  accepted: () => ({ state: 'ready', text: 'pods take requests as soon as they are endpoints' }),
};
