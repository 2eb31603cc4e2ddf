import { ourLabels } from '../../../src/manifests/names.ts';
import type { Ability } from '../../../src/model/ability.ts';
import type { JsonObject, KubeObject } from '../../../src/model/kube.ts';
import type { Root, TrafficRouter } from '../../../src/model/router.ts';
import type { Traffic } from '../../../src/model/stage.ts';

/** What a user has before a rollout, on a cluster that serves some kinds. Text that contains "foreign" must come through unchanged. */
export interface World {
  readonly name: string;
  /** With uid, as an API server would have stored them. */
  readonly objects: readonly KubeObject[];
  /** What a rollout has made by the time it sets a route, where the router needs it: Services of the variants, its record. */
  readonly made?: readonly KubeObject[];
  /** Served versions by "group/Kind", the preferred one first. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** What can be asked here, where it is less than what the router can. */
  readonly can?: readonly Ability[];
  /** Which of that its data plane takes, where the abilities alone do not say it. */
  readonly takes?: (traffic: Traffic) => boolean;
}

/** A router and the worlds that it is tried in. */
export interface Fixture {
  readonly router: TrafficRouter;
  readonly worlds: readonly World[];
}

/** The root of every world. */
export const root: Root = { namespace: 'demo', workload: 'web', service: 'web', shadows: ['beta'] };

/** The user's Service behind the root. */
export const rootService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'demo', uid: 'service-web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }] },
};

/** The user's Deployment behind the root. */
export const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', uid: 'deployment-web', generation: 1, annotations: { owner: 'foreign' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web', tier: 'front' }, annotations: { team: 'foreign' } },
      spec: {
        containers: [
          { name: 'web', image: 'demo/web:foreign', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] },
          { name: 'foreign', image: 'demo/proxy:1', args: ['--input-raw', ':9090'] },
        ],
      },
    },
  },
};

/** The Service of a variant, as a rollout makes it. */
export function leafOf(variant: string, service = 'web', selector: JsonObject = { app: 'web' }): KubeObject {
  const [name, labels] = [`${service}-${variant}`, ourLabels(variant, 'web')];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'demo', uid: `service-${name}`, labels: { ...labels } },
    spec: { selector: { ...selector, 'kubernetes-rollout/variant': variant }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}
