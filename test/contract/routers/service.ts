import type { KubeObject } from '../../../src/model/kube.ts';
import type { Traffic } from '../../../src/model/stage.ts';
import { service } from '../../../src/routers/service.ts';
import { type Fixture, leafOf, rootService, stable, type World } from './world.ts';

/** All or nothing. */
const takes = ({ weights: { canary = 0 } }: Traffic): boolean => [0, 1000].includes(canary);

const grown: KubeObject = {
  ...rootService,
  metadata: { ...rootService.metadata, labels: { team: 'foreign' }, annotations: { owner: 'foreign' } },
  spec: {
    selector: { app: 'web', tier: 'front' },
    sessionAffinity: 'ClientIP',
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
      { name: 'foreign', port: 9090, protocol: 'TCP', targetPort: 9090 },
    ],
  },
};

const other: KubeObject = { ...grown, metadata: { ...grown.metadata, name: 'other', uid: 'service-other' } };

const switched: Pick<World, 'versions' | 'can' | 'takes'> = { versions: {}, can: ['weight'], takes };

const fixture: Fixture = {
  router: service,
  worlds: [
    { name: 'one plain Service', objects: [rootService, stable], made: [leafOf('canary')], ...switched },
    {
      name: 'a Service that has grown, beside another for the same pods',
      objects: [grown, other, stable],
      made: [leafOf('canary', 'web', { app: 'web-canary', tier: 'front' })],
      ...switched,
    },
  ],
};

export default fixture;
