import type { KubeObject } from '../../../src/model/kube.ts';
import type { Traffic } from '../../../src/model/stage.ts';
import { goreplay } from '../../../src/routers/goreplay.ts';
import { type Fixture, leafOf, rootService, stable } from './world.ts';

/** It is asked for nothing but copies. */
const takes = ({ mirrors }: Traffic): boolean => mirrors !== undefined;

/** A second way to the same pods, by the name of their port and by another port. */
const inner: KubeObject = {
  ...rootService,
  metadata: { name: 'inner', namespace: 'demo', uid: 'service-inner', annotations: { owner: 'foreign' } },
  spec: {
    selector: { app: 'web' },
    ports: [
      { name: 'http', port: 8000, protocol: 'TCP', targetPort: 'http' },
      { name: 'foreign', port: 9090, protocol: 'TCP', targetPort: 9090 },
    ],
  },
};

const leaves: readonly KubeObject[] = [leafOf('canary'), leafOf('beta')];

const fixture: Fixture = {
  router: goreplay,
  worlds: [
    { name: 'one Service', objects: [rootService, stable], made: leaves, versions: {}, takes },
    {
      name: 'a Service of somebody else for the same pods',
      objects: [rootService, inner, stable],
      made: leaves,
      versions: {},
      takes,
    },
  ],
};

export default fixture;
