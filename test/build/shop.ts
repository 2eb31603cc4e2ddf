import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';

/** Where the simulated API server has the shop's route. */
export const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes/shop';

/** Deployment and Service of an application, at a version. */
export const application = (name: string, version: string): readonly KubeObject[] =>
  JSON.parse(JSON.stringify(web(version)).replaceAll(/"web"/g, `"${name}"`)) as KubeObject[];

/** A rule that leads what begins with a path to a Service. */
export const leading = (path: string, service: string) => ({
  matches: [{ path: { type: 'PathPrefix', value: path } }],
  backendRefs: [{ name: service, port: 80 }],
});

/** The route of a shop that several applications share. */
export const shopBy = (...rules: readonly ReturnType<typeof leading>[]): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop', annotations: { team: 'shop' } },
  spec: { parentRefs: [{ name: 'edge' }], rules },
});
