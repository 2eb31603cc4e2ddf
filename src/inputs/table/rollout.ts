/** What is done, and how. */

import { routerChoices, strategyChoices } from '../choices.ts';
import { MINUTES } from '../duration.ts';
import { all, changing, type InputSpec, releasing, yesOrNo } from '../input.ts';

/** The inputs of the group `rollout`. */
export const rollout = {
  action: {
    label: 'Action',
    help: 'What to do: start a new version beside the running one, judge it, make it the running one, take it back, or go back to an earlier one.',
    brief:
      'What to do with the new version: `deploy` it, `promote` it, `reject` it, `analyze` it, `undo` the last release, or `sweep` rollouts that nobody works on.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'deploy', about: 'run the new version beside the old one and give it its share of the traffic' },
        { value: 'promote', about: 'make the new version the running one' },
        { value: 'reject', about: 'send everything back to the old version' },
        { value: 'analyze', about: 'watch and judge the open rollout for the time of `soak`, and change nothing' },
        { value: 'undo', about: 'go back to the previous release or to `to-revision`: at once, or as a canary' },
        { value: 'sweep', about: 'reject every rollout that nobody has worked on for the time of `older-than`' },
      ],
    },
    fallback: 'deploy',
    actions: all,
    required: all,
  },
  strategy: {
    label: 'Strategy',
    help: 'How the new version is released. Default: `none` for deploy and undo; promote and reject use the strategy of the open rollout. A deploy in place (`none`, `recreate`) leaves nothing open: to go back to the previous revision, give reject that strategy and the manifests of the deploy.',
    brief:
      "How the new version is released: `canary`, `blue-green`, `ab`, `shadow`, `recreate` or `none`. Default: `none` for deploy and undo; promote and reject use the open rollout's.",
    group: 'rollout',
    kind: { type: 'pick', choices: strategyChoices },
    fallback: '',
    actions: changing,
  },
  'traffic-split-method': {
    label: 'Traffic split method',
    help: 'What splits the requests. With several, such as `gateway-api,smi`, all are set and all are verified (`pod`, `ingress` and `auto` cannot be combined).',
    brief:
      'What splits the requests: `pod` (pod counts), a mesh, a Gateway, an Ingress, `service`, `script`, or `auto` to detect it. Separate several by commas.',
    group: 'rollout',
    kind: { type: 'picks', choices: routerChoices },
    fallback: 'pod',
    actions: changing,
  },
  percentage: {
    label: 'Percentage',
    help: 'Share of the requests that the running version gives up, 0 to 100 with at most one decimal. With a baseline, canary and baseline get half of it each. For `blue-green`: 0 (standing by) or 100 (switched). For `ab`, which gives no share: the number of pods of the new version, in percent of those that run; default: as many. For a StatefulSet it counts pods, for a DaemonSet nodes: at least one, never all. Promote and reject ignore it.',
    brief:
      'Share of the requests for the new version and its baseline, 0 to 100. `blue-green`: 0 or 100. `ab`: how many pods the new version gets. Example: `20`.',
    group: 'rollout',
    kind: { type: 'percentage' },
    fallback: '',
    actions: releasing,
  },
  'baseline-and-canary-replicas': {
    label: 'Baseline and canary replicas',
    help: "Number of pods of the canary, and of the baseline. 0 or empty: the same share of the running version's pods as of its requests. Ignored with method `pod`, where the pods are the split.",
    group: 'rollout',
    kind: { type: 'count', most: 1000 },
    fallback: '',
    actions: releasing,
  },
  baseline: {
    label: 'Baseline',
    help: 'Run a fresh copy of the old version beside the canary, for a fair comparison. Only strategy `canary` has one.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'true',
    actions: releasing,
  },
  annotate: {
    label: 'Annotate the workload',
    help: 'Annotate the Deployment with the run that its version came from (`azure-pipelines/run`, `pipeline`, `repository`, `commit` and others), as the view of an environment reads it. These annotations stay; nothing else of ours does.',
    brief: 'Annotate the Deployment with the run that its version came from, as the view of an environment reads it. The annotations stay.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote'],
    only: 'azure',
  },
  application: {
    label: 'Application',
    help: 'Name of a group of workloads that are released together. Promote and reject without manifests use it to tell several open rollouts apart.',
    group: 'rollout',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  workloads: {
    label: 'Workloads',
    help: 'Names of Deployments, separated by commas. Deploy and promote release these beside their old version; the others in the files roll at promote, as do those with the annotation `kubernetes-rollout/skip: "true"`. Without manifests, promote and reject take the rollouts of these Deployments, and undo goes back with them. Default: all that the action would take otherwise.',
    brief:
      'Names of the Deployments to release, separated by commas; the others in the files roll at promote. Default: all that get requests.',
    group: 'rollout',
    kind: { type: 'lines' },
    fallback: '',
    actions: ['deploy', 'promote', 'reject', 'undo'],
  },
  prune: {
    label: 'Prune',
    help: 'Promote, and a deploy in place, remove the objects that the previous release of the `application` had and this one does not, as `kubectl apply --prune --applyset=configmaps/APPLICATION-applyset` would. Only objects with the label of that set are removed, never namespaces, CRDs or PersistentVolumeClaims. Set it for deploy and promote, with the manifests; a canary removes nothing before its promote.',
    brief:
      'Remove objects that the previous release of the `application` had and this one does not, at promote or in a deploy in place. Only objects with the label of its set.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote'],
  },
  adopt: {
    label: 'Adopt',
    help: 'Settle what a canary or blue-green release of Azure/k8s-deploy or KubernetesManifest has left around the Deployments of the files, before the deploy: all requests go to the running version, then the other versions leave the Services and go, then its TrafficSplit and Services. A running version called `NAME-stable`, or whose selector has their label, is taken over with its pods. What Flagger or Argo Rollouts left is settled once the Canary or the Rollout is gone (`--cascade=orphan`): the Deployment runs the version of `NAME-primary` again, or takes over the ReplicaSet that has pods. Leave it on until the first promote. Without it a deploy names what is left and is refused.',
    brief:
      'Settle what Azure/k8s-deploy, KubernetesManifest, Flagger or Argo Rollouts has left: all requests go to the running version, then the rest goes. Keep it on until the first promote.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy'],
  },
  'to-revision': {
    label: 'To revision',
    help: 'The revision that undo goes back to, as numbered by `kubernetes-rollout history` and `kubectl rollout history`. Default: the previous one.',
    group: 'rollout',
    kind: { type: 'count', most: 1_000_000 },
    fallback: '',
    actions: ['undo'],
  },
  'older-than': {
    label: 'Older than',
    help: 'Sweep rejects a rollout that nobody has worked on for this time: `24h`, `30m`. A bare number is minutes on GitHub and in the terminal, seconds on Azure.',
    group: 'rollout',
    kind: { ...MINUTES, mostHours: 24 * 366 },
    fallback: '24h',
    actions: ['sweep'],
  },
  namespaces: {
    label: 'Namespaces',
    help: 'Namespaces that sweep searches, separated by commas. Default: the input `namespace`.',
    group: 'rollout',
    kind: { type: 'lines' },
    fallback: '',
    actions: ['sweep'],
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
