import type { KubeObject } from '../../../src/model/kube.ts';

/** A web application as teams write it, with the few things that tests vary. */
export interface Web {
  readonly name?: string;
  /** The image's tag: the lab's pods behave by it. */
  readonly version: string;
  readonly replicas?: number | null;
  readonly env?: Readonly<Record<string, string>>;
  /** Labels of the Deployment and of its pods, beside `app`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly selector?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly envFrom?: readonly Readonly<Record<string, unknown>>[];
  readonly targetPort?: number;
  /** How long a pod goes on answering when it is told to end. */
  readonly preStopSeconds?: number;
  readonly services?: readonly KubeObject[];
}

/** The Deployment and the Service of a web application. */
export function web(app: Web): readonly KubeObject[] {
  return [deployment(app), ...(app.services ?? [service(app.name ?? 'web', { app: app.name ?? 'web' }, app.targetPort)])];
}

/** A Service on port 80 over the pods of a selector. */
export function service(name: string, selector: Readonly<Record<string, string>>, targetPort = 8080): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ports: [{ name: 'http', port: 80, targetPort }] } };
}

/** A file's text: one YAML document per object (JSON is YAML, but only behind a separator does kubectl read it so). */
export function documents(objects: readonly KubeObject[]): string {
  return objects.map(object => `---\n${JSON.stringify(object, null, 2)}\n`).join('');
}

function deployment(app: Web): KubeObject {
  const name = app.name ?? 'web';
  const labels = { app: name, ...app.labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels, ...(app.annotations === undefined ? {} : { annotations: app.annotations }) },
    spec: {
      ...(app.replicas === null ? {} : { replicas: app.replicas ?? 2 }),
      selector: { matchLabels: app.selector ?? { app: name } },
      ...(app.strategy === undefined ? {} : { strategy: JSON.parse(JSON.stringify(app.strategy)) }),
      template: { metadata: podMetadata(app, labels), spec: { containers: [container(app)] } },
    },
  };
}

function podMetadata(app: Web, labels: Readonly<Record<string, string>>) {
  return { labels: { ...labels, ...app.selector }, ...(app.podAnnotations === undefined ? {} : { annotations: app.podAnnotations }) };
}

function container(app: Web) {
  const env = Object.entries(app.env ?? {}).map(([name, value]) => ({ name, value }));
  return {
    name: 'web',
    image: `example/${app.name ?? 'web'}:${app.version}`,
    ports: [{ name: 'http', containerPort: app.targetPort ?? 8080 }],
    ...(env.length === 0 ? {} : { env }),
    ...(app.envFrom === undefined ? {} : { envFrom: JSON.parse(JSON.stringify(app.envFrom)) }),
    ...(app.preStopSeconds === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: app.preStopSeconds } } } }),
    ...(app.limits === undefined ? {} : { resources: { limits: app.limits } }),
  };
}
