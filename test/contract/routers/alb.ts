import type { Json, KubeObject } from '../../../src/model/kube.ts';
import type { Traffic } from '../../../src/model/stage.ts';
import { alb } from '../../../src/routers/alb.ts';
import { ingress, pathTo } from './nginx.ts';
import { type Fixture, rootService } from './world.ts';

const versions = { 'networking.k8s.io/Ingress': ['v1'] };
const albClass = { ingressClassName: 'alb' };

/** * and ? stand for other characters. */
const takes = ({ match = [] }: Traffic): boolean => match.every(({ value, how }) => how === 'regex' || !/[*?]/.test(value));

const byAction = (action: string, path: string): Json => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name: action, port: { name: 'use-annotation' } } },
});

/** Without annotations: the map as a whole changes when an action is added, so it cannot be held to be the same. */
function bare(name: string, paths: readonly Json[], spec: Readonly<Record<string, Json>> = albClass): KubeObject {
  const { metadata, ...rest } = ingress(name, paths, spec);
  const { annotations: _annotations, ...named } = metadata;
  return { ...rest, metadata: { ...named, name } };
}

const noted = (object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

const weighted = JSON.stringify({
  type: 'forward',
  forwardConfig: {
    targetGroups: [
      { serviceName: 'shop', servicePort: 80, weight: 1 },
      { serviceName: 'web', servicePort: '80', weight: 1 },
    ],
    targetGroupStickinessConfig: { enabled: true, durationSeconds: 60 },
  },
});

const fixture: Fixture = {
  router: alb,
  worlds: [
    { name: 'one plain Ingress', objects: [rootService, bare('web', [pathTo('web')])], versions, takes },
    {
      name: 'an Ingress with paths and conditions of others',
      objects: [
        rootService,
        noted(bare('web', [pathTo('web', '/api'), pathTo('foreign', '/foreign'), pathTo('web')]), {
          'alb.ingress.kubernetes.io/conditions.web': '[{"field":"source-ip","sourceIpConfig":{"values":["10.0.0.0/8"]}}]',
        }),
      ],
      versions,
      takes,
    },
    {
      name: 'an Ingress whose action weighs the Service against another',
      objects: [
        rootService,
        noted(bare('web', [byAction('both', '/'), pathTo('foreign', '/foreign')]), {
          'alb.ingress.kubernetes.io/actions.both': weighted,
        }),
      ],
      versions,
      can: ['weight', 'header', 'cookie', 'regex'],
      takes: traffic => takes(traffic) && [0, 1000].includes(traffic.weights.canary ?? 0),
    },
    {
      name: 'an Ingress for whatever matches nothing, and one of another controller',
      objects: [
        rootService,
        { ...bare('web', []), spec: { ...albClass, defaultBackend: { service: { name: 'web', port: { name: 'http' } } } } },
        ingress('edge', [pathTo('web')], { ingressClassName: 'nginx' }),
      ],
      versions,
      can: ['weight', 'baseline', 'affinity'],
    },
  ],
};

export default fixture;
