/** The application of the demo and of an empty simulated cluster: a web server behind a route of the Gateway API. */
import type { KubeObject } from '../../src/model/kube.ts';

/** The name of its Deployment, Service and route. */
export const webName = 'web';

const labels = { app: webName };

/** Its objects, as a team's file would hold them; the image's tag says how it behaves (`err20` fails 20 % of its requests). */
export function webObjects(image: string): readonly KubeObject[] {
  return [deployment(image), service()];
}

function deployment(image: string): KubeObject {
  const web = { name: webName, image, ports: [{ name: 'http', containerPort: 8080 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: webName },
    spec: { replicas: 4, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [web] } } },
  };
}

function service(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: webName },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}

/** The way in, as the platform's team made it once. */
export function webRoute(): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: webName, namespace: 'default' },
    spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: webName, port: 80 }] }] },
  };
}
