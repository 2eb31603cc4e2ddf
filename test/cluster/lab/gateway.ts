import { request } from 'node:http';
import { describe } from '@jest/globals';
import type { KubeObject } from '../../../src/model/kube.ts';
import { list } from './kubectl.ts';
import { planes, type RouteKind } from './planes.ts';
import type { Flags } from './rollout.ts';
import { apply, file, install, openScene, type Scene, until } from './scene.ts';
import { ownership } from './snapshot.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** Tests that need Contour and Envoy: they are left out where the lab runs without them. */
export const describeOnGateway = planes.HTTPRoute.address === undefined ? describe.skip : describe;

/** What Contour serves, as rows of facts. */
export const kinds: readonly [kind: RouteKind][] = [['HTTPRoute'], ['HTTPProxy']];

/** Flags of an action by the router of a kind. */
export const by = (kind: RouteKind, flags: Flags = {}): Flags => ({ 'traffic-split-method': planes[kind].router, ...flags });

/** A scene whose Service `web` is published; by Contour's HTTPRoute unless it says otherwise. */
export type Open = Scene & { readonly kind?: RouteKind };

/** A web application behind a route, under traffic, and the file of its next version. */
export interface Published {
  readonly scene: Open;
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
export async function laidDown(kind: RouteKind, objects: readonly KubeObject[]): Promise<Open> {
  const scene = { ...(await openScene('edge')), kind };
  await install(scene, objects);
  const own = planes[kind].route(hostOf(scene));
  if (own !== null) await apply(scene, [own]);
  return scene;
}

/** Spec, labels, annotations and owners of the scene's routes. */
export async function routes({ namespace, kind = 'HTTPRoute' }: Open): Promise<unknown> {
  const found = await list(namespace, kind === 'HTTPRoute' ? 'httproutes.gateway.networking.k8s.io,httpproxies' : planes[kind].resource);
  return found.map(object => {
    const { name, labels, annotations } = object.metadata;
    return { name, labels, annotations, spec: object.spec, owners: ownership(object) };
  });
}

/** A route of the user's for Service `web`, at a host of the scene's own. */
export function route({ namespace }: Scene, kind: RouteKind): KubeObject {
  const own = planes[kind].route(planes[kind].host(namespace));
  if (own === null) throw new Error(`${kind} has no route of the user's`);
  return own;
}

/** Publishes a Service by an HTTPRoute of the user's, at the scene's host. */
export async function publish(scene: Scene, service: string): Promise<void> {
  await apply(scene, [JSON.parse(JSON.stringify(route(scene, 'HTTPRoute')).replace('"name":"web","port"', `"name":"${service}","port"`))]);
}

/** The stream through the data plane to the scene's host, once it answers there. */
export async function trafficThrough(scene: Open, headers: Readonly<Record<string, string>> = {}, perSecond = 150): Promise<Traffic> {
  await onceAnswering(scene, headers);
  return startTraffic({ url: `${addressOf(scene)}/`, host: hostOf(scene), headers, perSecond });
}

/** Waits until the scene's host answers; a proxy may open its port with the first route. */
export async function onceAnswering(scene: Open, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await until('the route answers', async () => (await ask(scene, headers).catch(() => null))?.status === 200);
}

/** One answer through the data plane: its status, its cookies, and which variant it came from. */
export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly variant: string;
}

/** Sends one request through the data plane to the scene's host. */
export function ask(scene: Open, headers: Readonly<Record<string, string>> = {}, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${addressOf(scene)}${path}`, { headers: { host: hostOf(scene), ...headers }, agent: false }, answer => {
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

const hostOf = ({ namespace, kind = 'HTTPRoute' }: Open): string => planes[kind].host(namespace);

function addressOf({ kind = 'HTTPRoute' }: Open): string {
  const { address } = planes[kind];
  if (address === undefined) throw new Error(`the lab runs without a data plane for ${kind}`);
  return address;
}

function variantIn(body: string): string {
  if (!body.startsWith('{')) return '';
  return JSON.parse(body).labels?.['kubernetes-rollout/variant'] ?? 'stable';
}
