/** Every method by which a new version can get requests, as a user has it set up on the simulated cluster. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawInputs } from '../../../src/inputs/parse.ts';
import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { contractApi, type Server } from '../../contract/api.ts';
import { definition } from '../../simulation/client.ts';
import { gatewayRoute } from '../kills/flows.ts';

/** What the user has of it, where requests come in, and what it is told. */
export interface Method {
  readonly name: string;
  /** Told from another of the name by the world around it. */
  readonly world?: 'inside Linkerd' | 'beside a worker';
  readonly objects: readonly KubeObject[];
  readonly entry: 'service/web' | 'route/web';
  readonly inputs: RawInputs;
}

/** Kinds that these methods need. */
export const kinds: readonly unknown[] = [
  definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
  definition('specs.smi-spec.io', 'v1alpha4', 'HTTPRouteGroup', 'httproutegroups'),
  definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'),
  definition('networking.istio.io', 'v1', 'VirtualService', 'virtualservices'),
  definition('projectcontour.io', 'v1', 'HTTPProxy', 'httpproxies'),
  definition('traefik.io', 'v1alpha1', 'IngressRoute', 'ingressroutes'),
  definition('traefik.io', 'v1alpha1', 'TraefikService', 'traefikservices'),
];

const carrier = (apiVersion: string, kind: string, spec: Readonly<Record<string, Json>>): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  spec,
});

const ingress = (ingressClassName: string): KubeObject =>
  carrier('networking.k8s.io/v1', 'Ingress', {
    ingressClassName,
    rules: [
      {
        host: 'web.example.test',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
      },
    ],
  });

/** The Deployment's pods come with the proxy of Linkerd, through which their callers go. */
const meshed = (name: string): Method => ({ ...inside(name), world: 'inside Linkerd' });

/** The files bring a Deployment of the same image that no Service selects: it rolls at promote. */
const besideWorker = (name: string): Method => ({ ...inside(name), world: 'beside a worker' });

const inside = (name: string, inputs: RawInputs = {}): Method => ({ name, objects: [], entry: 'service/web', inputs });
const behind = (name: string, object: KubeObject): Method => ({ name, objects: [object], entry: 'route/web', inputs: {} });

const allOf = 'weight,baseline,header,cookie,regex,mirror,mirror-percentage,mirror-several,affinity';

/** By their names; `scriptUrl` is where the script of the method `script` sends what it is told. */
export const methodsWith = (scriptUrl: string): readonly Method[] => [
  inside('pod'),
  inside('smi'),
  behind('gateway-api', gatewayRoute),
  behind('contour', carrier('projectcontour.io/v1', 'HTTPProxy', { virtualhost: { fqdn: 'web.example.test' }, routes: [plain] })),
  behind('istio', carrier('networking.istio.io/v1', 'VirtualService', { hosts: ['web.example.test'], gateways: ['edge'], http: [lone] })),
  behind('nginx', ingress('nginx')),
  behind('traefik', carrier('traefik.io/v1alpha1', 'IngressRoute', { entryPoints: ['web'], routes: [ruled] })),
  meshed('linkerd'),
  meshed('smi'),
  besideWorker('pod'),
  besideWorker('smi'),
  behind('alb', ingress('alb')),
  inside('service'),
  inside('goreplay', { 'allow-restart': 'true' }),
  inside('script', { script: `curl -sf --data-binary @- ${scriptUrl}`, 'script-can': allOf }),
];

const plain: Json = { services: [{ name: 'web', port: 80 }] };
const lone: Json = { route: [{ destination: { host: 'web' } }] };
const ruled: Json = { kind: 'Rule', match: 'Host(`web.example.test`)', services: [{ name: 'web', port: 80 }] };

/** Somebody's data plane, which his script tells what it was told: it splits by a TrafficSplit of its own. */
export interface Told {
  readonly url: string;
  close(): void;
}

interface Backend {
  readonly service: string;
  readonly weight: number;
}

const SPLITS = '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits/by-script';

/** Begins to listen. */
export async function listen(server: Server): Promise<Told> {
  const listener = createServer(async (request, response) => {
    const parts: string[] = [];
    for await (const part of request) parts.push(String(part));
    const { namespace, service, backends } = JSON.parse(parts.join('')) as {
      readonly namespace: string;
      readonly service: string;
      readonly backends: readonly Backend[];
    };
    // A connection that is cut answers nothing, and the script would wait for ever.
    const applied = contractApi(server, namespace).apply(SPLITS, splitBetween(service, backends), 'script');
    const { code } = await applied.catch(() => ({ code: 500 }));
    response.writeHead(code < 300 ? 200 : 500).end();
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`, close: () => void listener.close() };
}

function splitBetween(service: string, backends: readonly Backend[]): KubeObject {
  const asked = backends.filter(({ weight }) => weight > 0);
  return {
    apiVersion: 'split.smi-spec.io/v1alpha4',
    kind: 'TrafficSplit',
    metadata: { name: 'by-script' },
    spec: { service, backends: asked.map(({ service: name, weight }) => ({ service: name, weight })) },
  };
}
