/** THE table of inputs: what parsing, `action.yml`, `task.json`, the terminal's flags and the reference are made from. */
import type { UserAction } from '../model/request.ts';

/** Where an input was written: it decides how names are spelt and what a bare number of time means. */
export type Dialect = 'github' | 'azure' | 'terminal';

/** One allowed value of a pick list; `also` are other names that mean the same. */
export interface Choice {
  readonly value: string;
  readonly about: string;
  readonly also?: readonly string[];
}

export type DurationUnit = 'seconds' | 'minutes';

/** What a value looks like. */
export type InputKind =
  | { readonly type: 'pick'; readonly choices: readonly Choice[] }
  | { readonly type: 'boolean' }
  | { readonly type: 'percentage' }
  | { readonly type: 'count'; readonly most: number }
  | { readonly type: 'duration'; readonly bare: Readonly<Record<Dialect, DurationUnit>> }
  | { readonly type: 'lines' }
  | { readonly type: 'namespace' }
  | { readonly type: 'text'; readonly secret: boolean };

export type InputGroup = 'rollout' | 'files' | 'cluster' | 'safety' | 'timing';

/** One input. An empty value always means "not given"; `fallback` is then taken, and is what both platforms show as the default. */
export interface InputSpec {
  /** Azure's name where it is not the camelCase of the canonical one. */
  readonly azure?: string;
  /** Other names that are read, per dialect's spelling (kebab-case on GitHub and in the terminal, camelCase on Azure). */
  readonly aliases?: { readonly github?: readonly string[]; readonly azure?: readonly string[] };
  readonly label: string;
  readonly help: string;
  readonly group: InputGroup;
  readonly kind: InputKind;
  readonly fallback: string;
  readonly actions: readonly UserAction[];
  readonly required?: readonly UserAction[];
  /** Only read on this platform. */
  readonly only?: 'azure';
}

const all: readonly UserAction[] = ['deploy', 'promote', 'reject'];
const seconds = { type: 'duration', bare: { github: 'seconds', azure: 'seconds', terminal: 'seconds' } } as const;
const minutes = { type: 'duration', bare: { github: 'minutes', azure: 'seconds', terminal: 'minutes' } } as const;
const yesOrNo = { type: 'boolean' } as const;

/** The inputs by canonical name (GitHub's and the terminal's), in the order in which they are shown. */
export const specs = {
  action: {
    label: 'Action',
    help: 'What to do with the new version: put it beside the running one, make it the running one, or take it back.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'deploy', about: 'the new version runs beside the old one and gets its share of the traffic' },
        { value: 'promote', about: 'the new version takes over' },
        { value: 'reject', about: 'everything goes back to the old version' },
      ],
    },
    fallback: 'deploy',
    actions: all,
    required: all,
  },
  strategy: {
    label: 'Strategy',
    help: 'How the new version is released. Not given: `none` for deploy; promote and reject take what is open.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'canary', about: 'a canary and a fresh copy of the old version (baseline) share the percentage' },
        { value: 'none', about: 'a plain rolling deploy, without anything beside it', also: ['basic'] },
      ],
    },
    fallback: '',
    actions: all,
  },
  'traffic-split-method': {
    label: 'Traffic split method',
    help: 'What splits the requests.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'pod', about: 'the number of pods; needs nothing in the cluster' },
        { value: 'smi', about: 'a TrafficSplit of a service mesh that speaks SMI' },
      ],
    },
    fallback: 'pod',
    actions: all,
  },
  percentage: {
    label: 'Percentage',
    help: 'Share of the requests that the running version gives up, 0 to 100 with at most one decimal. With a baseline, canary and baseline share it. Promote and reject ignore it.',
    group: 'rollout',
    kind: { type: 'percentage' },
    fallback: '',
    actions: ['deploy'],
  },
  'baseline-and-canary-replicas': {
    label: 'Baseline and canary replicas',
    help: "Pods of the canary, and of the baseline. 0 or not given: the same share of the running version's pods as of its requests. The method `pod` ignores it: there the pods are the split.",
    group: 'rollout',
    kind: { type: 'count', most: 1000 },
    fallback: '',
    actions: ['deploy'],
  },
  baseline: {
    label: 'Baseline',
    help: 'Run a fresh copy of the old version beside the canary, to compare like with like.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'true',
    actions: ['deploy'],
  },
  manifests: {
    label: 'Manifests',
    help: 'Files, directories, globs (`!` excludes) and http(s) URLs; one per line, or separated by `,` or `;`. Promote and reject find their rollout without them.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
    required: ['deploy'],
  },
  images: {
    azure: 'containers',
    aliases: { github: ['containers'], azure: ['images'] },
    label: 'Images',
    help: 'Images to put in, one per line, such as `registry/app:1.2`: each replaces the image of the same repository in the manifests.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  imagepullsecrets: {
    azure: 'imagePullSecrets',
    aliases: { github: ['image-pull-secrets'] },
    label: 'Image pull secrets',
    help: 'Secrets of the namespace that the pods need to pull their images, one per line.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  namespace: {
    label: 'Namespace',
    help: "For objects whose manifest names none. Not given: the connection's, or `default`.",
    group: 'cluster',
    kind: { type: 'namespace' },
    fallback: '',
    actions: all,
  },
  application: {
    label: 'Application',
    help: 'Name of the group of workloads that are released together. Promote and reject without manifests use it to tell several open rollouts apart.',
    group: 'rollout',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  'connection-type': {
    label: 'Connection type',
    help: 'How the cluster is reached.',
    group: 'cluster',
    kind: {
      type: 'pick',
      choices: [
        { value: 'kubernetesServiceConnection', about: 'Kubernetes service connection' },
        { value: 'none', about: "the agent's own kubeconfig" },
      ],
    },
    fallback: 'kubernetesServiceConnection',
    actions: all,
    only: 'azure',
  },
  'kubernetes-service-connection': {
    aliases: { azure: ['kubernetesServiceEndpoint'] },
    label: 'Kubernetes service connection',
    help: 'A deployment job on an environment with a Kubernetes resource brings its own.',
    group: 'cluster',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
    only: 'azure',
  },
  kubeconfig: {
    label: 'Kubeconfig',
    help: 'Path of a kubeconfig, or its text (keep that in a secret). Not given: `KUBECONFIG`, `~/.kube/config`, or the service account of the pod it runs in.',
    group: 'cluster',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: all,
  },
  context: {
    label: 'Context',
    help: 'Context of the kubeconfig. Not given: its current one.',
    group: 'cluster',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  'skip-tls-verify': {
    label: 'Skip TLS verification',
    help: 'Accept any certificate from the API server. Whoever is in between can then read the credentials.',
    group: 'cluster',
    kind: yesOrNo,
    fallback: 'false',
    actions: all,
  },
  'dry-run': {
    label: 'Dry run',
    help: 'Show the plan, write nothing.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: all,
  },
  'on-failure': {
    label: 'On failure',
    help: 'What becomes of the canary when a deploy fails. Traffic goes back to the running version either way.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'keep', about: 'it stays, without traffic, for a look' },
        { value: 'reject', about: 'it is removed' },
      ],
    },
    fallback: 'keep',
    actions: ['deploy'],
  },
  'on-open': {
    label: 'On open rollout',
    help: 'What to do when a newer run has a rollout open.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'refuse', about: 'leave it alone and fail' },
        { value: 'replace', about: 'end it and deploy' },
      ],
    },
    fallback: 'refuse',
    actions: ['deploy'],
  },
  'reject-any': {
    label: 'Reject any',
    help: 'Reject whatever is open, also the rollout of another run.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['reject'],
  },
  'delete-first-release': {
    label: 'Delete first release',
    help: 'Reject also removes a first release that got ready, so that nothing runs any more.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['reject'],
  },
  'shrink-stable': {
    label: 'Shrink the running version',
    help: 'Let the method `pod` take pods from the running version, which it must above 50 %.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy'],
  },
  isolation: {
    label: 'Isolation',
    help: 'How canary pods are kept out of Services that select the running version.',
    group: 'safety',
    kind: {
      type: 'pick',
      choices: [
        { value: 'labels', about: 'labels of their own: no request but by the split' },
        { value: 'none', about: 'the same labels: they get requests beside the split' },
      ],
    },
    fallback: 'labels',
    actions: ['deploy'],
  },
  'accept-stable-change': {
    label: 'Accept a changed running version',
    help: 'Go on although the running version was changed since the canary was put beside it; the baseline is made anew.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote'],
  },
  'allow-unhealthy-stable': {
    label: 'Allow an unhealthy running version',
    help: 'Deploy although the running version is paused, not completely rolled out or not available.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy'],
  },
  'force-conflicts': {
    label: 'Force conflicts',
    help: 'Take over fields that another tool manages, instead of failing with its name.',
    group: 'safety',
    kind: yesOrNo,
    fallback: 'false',
    actions: all,
  },
  timeout: {
    azure: 'rolloutStatusTimeout',
    label: 'Timeout',
    help: 'How long to wait until everything is ready: `90s`, `10m`, `1h`. A bare number is minutes on GitHub and in the terminal, seconds on Azure. 0 or not given: 10 minutes.',
    group: 'timing',
    kind: minutes,
    fallback: '',
    actions: all,
  },
  'traffic-delay': {
    label: 'Traffic delay',
    help: 'How long the routers of the cluster need to take new weights: `5s`; a bare number is seconds. Not given: what the method needs.',
    group: 'timing',
    kind: seconds,
    fallback: '',
    actions: all,
  },
  drain: {
    label: 'Drain',
    help: 'How long pods without traffic go on before they are removed, so that they finish what they began: `10s`; a bare number is seconds; 0 is allowed.',
    group: 'timing',
    kind: seconds,
    fallback: '10s',
    actions: all,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;

/** Canonical name of an input. */
export type InputName = keyof typeof specs;

/** Every input with its canonical name, in the order of the table. */
export function entries(): readonly (readonly [InputName, InputSpec])[] {
  return (Object.keys(specs) as InputName[]).map(name => [name, specs[name]] as const);
}
