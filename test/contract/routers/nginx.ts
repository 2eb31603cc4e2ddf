import type { Json, KubeObject } from '../../../src/model/kube.ts';
import type { Traffic } from '../../../src/model/stage.ts';
import { nginx } from '../../../src/routers/nginx.ts';
import { type Fixture, rootService } from './world.ts';

const versions = { 'networking.k8s.io/Ingress': ['v1'] };

/** An Ingress path to a Service. */
export const pathTo = (service: string, path = '/'): Json => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name: service, port: { number: 80 } } },
});

/** An Ingress of the user's for one host. */
export function ingress(
  name: string,
  paths: readonly Json[],
  spec: Readonly<Record<string, Json>> = { ingressClassName: 'nginx' },
): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'demo', uid: `ingress-${name}`, generation: 1, annotations: { owner: 'foreign' } },
    spec: { ...spec, rules: [{ host: `${name}.example.test`, http: { paths } }] },
  };
}

/** One header, or one cookie; users are kept, and testers led, between stable and the canary alone. */
const takes = ({ weights, match = [], mirrors, affinity }: Traffic): boolean => {
  const isAlone = weights.baseline === undefined || (affinity === undefined && match.length === 0);
  return isAlone && (affinity === undefined || match.length === 0) && mirrors === undefined && match.length < 2;
};

/** Its cookie is of a whole Ingress, and of paths. */
const unkept = nginx.can.filter(ability => ability !== 'affinity');

const fixture: Fixture = {
  router: nginx,
  worlds: [
    { name: 'one plain Ingress', objects: [rootService, ingress('web', [pathTo('web')])], versions, takes },
    {
      name: 'an Ingress with paths of others',
      objects: [rootService, ingress('web', [pathTo('web', '/api'), pathTo('foreign', '/foreign'), pathTo('web')])],
      versions,
      can: unkept,
      takes,
    },
    {
      name: 'Ingresses of two classes and one of another controller',
      objects: [
        rootService,
        ingress('web', [pathTo('web')]),
        ingress('inner', [pathTo('web')], { ingressClassName: 'nginx-internal' }),
        ingress('edge', [pathTo('web')], { ingressClassName: 'traefik' }),
      ],
      versions,
      takes,
    },
    {
      name: 'an Ingress for whatever matches nothing',
      objects: [rootService, { ...ingress('web', []), spec: { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } } }],
      versions,
      can: unkept,
      takes,
    },
  ],
};

export default fixture;
