/** An object as it goes into a file. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: unknown;
}

/** A Deployment of the lab's web application and its Service. */
export const application = (name: string, version: string, replicas: number): readonly Manifest[] =>
  applicationOf(name, `example/web:${version}`, replicas);

/** A Deployment of an image that listens on port 8080, and its Service. */
export function applicationOf(name: string, image: string, replicas: number): readonly Manifest[] {
  const labels = { app: name };
  const container = { name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
  ];
}

/** Twenty applications with three replicas each. */
export const applications: readonly Manifest[] = Array.from({ length: 20 }, (_, i) => application(`web-${i + 1}`, 'v1', 3)).flat();

/** The text of a file with these objects. */
export function fileOf(manifests: readonly Manifest[]): string {
  return manifests.map(manifest => `---\n${JSON.stringify(manifest, null, 2)}\n`).join('');
}
