import { request } from 'node:http';
import { describe } from '@jest/globals';
import type { KubeObject } from '../../../src/model/kube.ts';
import { type Scene, until } from './scene.ts';
import { startTraffic, type Traffic } from './traffic.ts';

const address: string | undefined = process.env.LAB_GATEWAY;

/** Tests that need Contour and Envoy: they are left out where the lab runs without them. */
export const describeOnGateway = address === undefined ? describe.skip : describe;

/** How a user publishes a Service through Contour. */
export type RouteKind = 'HTTPRoute' | 'HTTPProxy';

/** The router that splits a kind of route. */
export const routerOf = (kind: RouteKind): string => (kind === 'HTTPRoute' ? 'gateway-api' : 'contour');

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
  // Envoy opens its port with the first route.
  await until('the route answers', async () => (await ask(scene, headers).catch(() => null))?.status === 200);
  return startTraffic({ url: `${address}/`, host: hostOf(scene), headers, perSecond });
}

/** One answer through Envoy: its status, its cookies, and which variant it came from. */
export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly variant: string;
}

/** Sends one request through Envoy to the scene's host. */
export function ask(scene: Scene, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}/`, { headers: { host: hostOf(scene), ...headers }, agent: false }, answer => {
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
