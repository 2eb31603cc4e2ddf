import { at, records } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Bed } from '../stage/bed.ts';

/** What an application has beside the usual. */
interface More {
  /** Of its Deployment. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Fields of its Service's spec. */
  readonly service?: KubeObject['spec'];
}

/** A Deployment of two pods at a version, and its Service. */
export function app(name: string, version: string, { annotations, service }: More = {}): readonly KubeObject[] {
  const labels = { app: name };
  const container = { name: 'main', image: `demo/${name}:${version}`, ports: [{ name: 'http', containerPort: 8080 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name, ...(annotations ? { annotations } : {}) };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }], ...service },
    },
  ];
}

/** The image of each Deployment, by their names: "demo/api:v1", then "demo/web:v1", then that of web's canary. */
export async function images({ api }: Pick<Bed, 'api'>): Promise<readonly unknown[]> {
  const { body } = await api.send('GET', '/apis/apps/v1/namespaces/{ns}/deployments');
  return records(body.items).map(object => records(at(object, 'spec.template.spec.containers'))[0]?.image);
}
