import { request } from 'node:http';
import { describe } from '@jest/globals';
import type { KubeObject } from '../../../src/model/kube.ts';
import { list } from './kubectl.ts';
import type { Flags } from './rollout.ts';
import { apply, file, install, openScene, type Scene, until } from './scene.ts';
import { ownership } from './snapshot.ts';
import { expectShares, startTraffic, type Traffic } from './traffic.ts';

const address: string | undefined = process.env.LAB_GATEWAY;

/** Tests that need Contour and Envoy: they are left out where the lab runs without them. */
export const describeOnGateway = address === undefined ? describe.skip : describe;

/** How a user publishes a Service through Contour. */
export type RouteKind = 'HTTPRoute' | 'HTTPProxy';

/** Each kind, as a row of facts. */
export const kinds: readonly [kind: RouteKind][] = [['HTTPRoute'], ['HTTPProxy']];

/** The router that splits a kind of route. */
export const routerOf = (kind: RouteKind): string => (kind === 'HTTPRoute' ? 'gateway-api' : 'contour');

/** Flags of an action by the router of a kind. */
export const by = (kind: RouteKind, flags: Flags = {}): Flags => ({ 'traffic-split-method': routerOf(kind), ...flags });

/** A web application behind a route, under traffic, and the file of its next version. */
export interface Published {
  readonly scene: Scene;
  /** The routes as `routes` tells them. */
  readonly before: unknown;
  readonly traffic: Traffic;
  readonly path: string;
}

/** What runs, and what is to be deployed over it. */
export interface Versions {
  readonly v1: readonly KubeObject[];
  readonly v2: readonly KubeObject[];
}

/** Lays the first version down behind a route, with traffic on it. */
export async function published(kind: RouteKind, { v1, v2 }: Versions): Promise<Published> {
  const scene = await laidDown(kind, v1);
  return { scene, before: await routes(scene), traffic: await trafficThrough(scene), path: await file(scene, 'v2.yaml', v2) };
}

/** A new scene with these objects and a route to Service `web`. */
export async function laidDown(kind: RouteKind, objects: readonly KubeObject[]): Promise<Scene> {
  const scene = await openScene('edge');
  await install(scene, objects);
  await apply(scene, [route(scene, kind)]);
  return scene;
}

/** Spec, labels, annotations and owners of the scene's routes. */
export async function routes({ namespace }: Scene): Promise<unknown> {
  const found = await list(namespace, 'httproutes.gateway.networking.k8s.io,httpproxies');
  return found.map(object => {
    const { name, labels, annotations } = object.metadata;
    return { name, labels, annotations, spec: object.spec, owners: ownership(object) };
  });
}

/** Three in a thousand honest samples are outside of three standard deviations: such a one is taken once more. */
export async function expectVariants(traffic: Traffic, shares: Readonly<Record<string, number>>, requests = 1500): Promise<void> {
  const first = await traffic.sample(requests);
  try {
    expectShares(first.variants, shares);
  } catch {
    expectShares((await traffic.sample(requests)).variants, shares);
  }
}

/** A route of the user's for Service `web`, at a host of the scene's own. */
export function route(scene: Scene, kind: RouteKind): KubeObject {
  return kind === 'HTTPRoute'
    ? {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind,
        metadata: { name: 'web', labels: { team: 'shop' }, annotations: { owner: 'shop' } },
        spec: {
          parentRefs: [{ name: 'edge', namespace: 'gateway-system' }],
          hostnames: [hostOf(scene)],
          rules: [{ timeouts: { request: '30s' }, backendRefs: [{ name: 'web', port: 80 }] }],
        },
      }
    : {
        apiVersion: 'projectcontour.io/v1',
        kind,
        metadata: { name: 'web', labels: { team: 'shop' }, annotations: { owner: 'shop' } },
        spec: {
          virtualhost: { fqdn: hostOf(scene) },
          routes: [{ timeoutPolicy: { response: '30s' }, services: [{ name: 'web', port: 80 }] }],
        },
      };
}

/** The stream through Envoy to the scene's host, once it answers there. */
export async function trafficThrough(scene: Scene, headers: Readonly<Record<string, string>> = {}, perSecond = 150): Promise<Traffic> {
  await onceAnswering(scene, headers);
  return startTraffic({ url: `${address}/`, host: hostOf(scene), headers, perSecond });
}

/** Waits until the scene's host answers; Envoy opens its port with the first route. */
export async function onceAnswering(scene: Scene, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await until('the route answers', async () => (await ask(scene, headers).catch(() => null))?.status === 200);
}

/** One answer through Envoy: its status, its cookies, and which variant it came from. */
export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly variant: string;
}

/** Sends one request through Envoy to the scene's host. */
export function ask(scene: Scene, headers: Readonly<Record<string, string>> = {}, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { headers: { host: hostOf(scene), ...headers }, agent: false }, answer => {
      const pieces: string[] = [];
      answer.on('data', piece => pieces.push(String(piece)));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [], variant: variantIn(pieces.join('')) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const hostOf = ({ namespace }: Scene): string => `${namespace}.example.test`;

function variantIn(body: string): string {
  if (!body.startsWith('{')) return '';
  return JSON.parse(body).labels?.['kubernetes-rollout/variant'] ?? 'stable';
}
