/** How to use a simulated cluster. */
import { at, records, text } from '../../src/manifests/json.ts';
import type { Manifest } from '../../src/model/request.ts';
import type { Entry } from './entries.ts';

/** An entry that answers. */
export interface Served {
  readonly entry: Entry;
  readonly url: string;
}

/** What there is to be told. */
export interface Told {
  /** A path. */
  readonly kubeconfig: string;
  readonly manifests: { readonly named: string; readonly manifests: readonly Manifest[] };
  readonly served: readonly Served[];
  readonly server: string;
}

/** The commands to try, ready to be copied. */
export function hints({ kubeconfig, manifests, served, server }: Told): readonly string[] {
  // Helm writes the namespace into what it renders, and is told it.
  const place = manifests.manifests.some(({ from }) => from.includes(' (helm):')) ? ' --namespace default' : '';
  const files = `--manifests ${quoted(manifests.named)}${place}`;
  return [
    '',
    `A simulated cluster runs at ${server} until Ctrl-C. In another terminal:`,
    '',
    `  export KUBECONFIG=${quoted(kubeconfig)}`,
    '  kubectl get deployments,pods',
    '',
    'The three actions:',
    '',
    `  npx kubernetes-rollout deploy --strategy canary --percentage 20 --traffic-split-method auto ${files} --images ${nextImage(manifests.manifests)}`,
    '  npx kubernetes-rollout status',
    '  npx kubernetes-rollout promote',
    '  npx kubernetes-rollout reject',
    '',
    'The tag of an image says what it does: v3-err20 fails 20 % of its requests, v3-slow300 takes 300 ms, v3-crash and v3-badpull never start.',
    ...servedLines(served),
  ];
}

function servedLines(served: readonly Served[]): readonly string[] {
  if (served.length === 0) return [];
  return ['', 'Who answers:', '', ...served.map(({ entry, url }) => `  curl -s ${url}    # ${entry.entry} in ${entry.namespace}`)];
}

/** The first workload's image with another tag. */
function nextImage(manifests: readonly Manifest[]): string {
  const images = manifests.flatMap(({ object }) => records(at(object, 'spec.template.spec.containers')).map(({ image }) => text(image)));
  const [image = 'IMAGE'] = images;
  const colon = image.lastIndexOf(':');
  return `${colon > image.lastIndexOf('/') ? image.slice(0, colon) : image}:v2`;
}

/** One word for a shell. */
function quoted(path: string): string {
  return /^[\w./:,@-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
