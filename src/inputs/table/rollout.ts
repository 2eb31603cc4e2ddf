/** What is done, and how. */
import { routerChoices, strategyChoices } from '../choices.ts';
import { all, changing, type InputSpec, releasing, yesOrNo } from '../input.ts';

/** The inputs of the group `rollout`. */
export const rollout = {
  action: {
    label: 'Action',
    help: 'What to do: put a new version beside the running one, judge it, make it the running one, take it back, or go back to an earlier one.',
    brief:
      'What to do with the new version: `deploy` it, `promote` it, `reject` it, `analyze` it, `undo` the last release, or `sweep` rollouts that nobody works on.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'deploy', about: 'the new version runs beside the old one and gets its share of the traffic' },
        { value: 'promote', about: 'the new version takes over' },
        { value: 'reject', about: 'everything goes back to the old version' },
        { value: 'analyze', about: 'what is open is watched and judged for the time of `soak`; nothing is changed' },
        { value: 'undo', about: 'the release before, or the one of `to-revision`, comes back: at once, or as a canary of its own' },
        { value: 'sweep', about: 'every rollout on which nobody has worked for the time of `older-than` is rejected' },
      ],
    },
    fallback: 'deploy',
    actions: all,
    required: all,
  },
  strategy: {
    label: 'Strategy',
    help: 'How the new version is released. Not given: `none` for deploy and undo; promote and reject take what is open. A deploy in place (`none`, `recreate`) leaves nothing open: reject takes it back, to the revision before, when it is given that strategy and the manifests that were deployed.',
    brief:
      "How the new version is released: `canary`, `blue-green`, `ab`, `shadow`, `recreate` or `none`. Default: `none` for deploy and undo; promote and reject use the open rollout's.",
    group: 'rollout',
    kind: { type: 'pick', choices: strategyChoices },
    fallback: '',
    actions: changing,
  },
  'traffic-split-method': {
    label: 'Traffic split method',
    help: 'What splits the requests; several, such as `gateway-api,smi`, are all set and all verified (`pod`, `ingress` and `auto` stand alone).',
    brief:
      'What splits the requests: `pod` (counts of pods), a mesh, a Gateway, an Ingress, `service`, `script`, or `auto` to let the tool choose. Several are separated by commas.',
    group: 'rollout',
    kind: { type: 'picks', choices: routerChoices },
    fallback: 'pod',
    actions: changing,
  },
  percentage: {
    label: 'Percentage',
    help: 'Share of the requests that the running version gives up, 0 to 100 with at most one decimal. With a baseline, canary and baseline share it. For `blue-green` 0 (standing by) or 100 (switched). For `ab`, which gives no share, pods of the new version in percent of those that run; not given: as many. Of a StatefulSet it is pods: at least one, never all. Promote and reject ignore it.',
    brief:
      'Share of the requests for the new version and its baseline, 0 to 100. `blue-green`: 0 or 100. `ab`: how many pods the new version gets. Example: `20`.',
    group: 'rollout',
    kind: { type: 'percentage' },
    fallback: '',
    actions: releasing,
  },
  'baseline-and-canary-replicas': {
    label: 'Baseline and canary replicas',
    help: "Pods of the canary, and of the baseline. 0 or not given: the same share of the running version's pods as of its requests. The method `pod` ignores it: there the pods are the split.",
    group: 'rollout',
    kind: { type: 'count', most: 1000 },
    fallback: '',
    actions: releasing,
  },
  baseline: {
    label: 'Baseline',
    help: 'Run a fresh copy of the old version beside the canary, to compare like with like. Only strategy `canary` has one.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'true',
    actions: releasing,
  },
  annotate: {
    label: 'Annotate the workload',
    help: 'Write at the Deployment which run its version came from (`azure-pipelines/run`, `pipeline`, `repository`, `commit` and others), as the view of an environment reads it. They stay; otherwise nothing of ours does.',
    brief: 'Write at the Deployment which run its version came from, as the view of an environment reads it. The annotations stay.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote'],
    only: 'azure',
  },
  application: {
    label: 'Application',
    help: 'Name of the group of workloads that are released together. Promote and reject without manifests use it to tell several open rollouts apart.',
    group: 'rollout',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  workloads: {
    label: 'Workloads',
    help: 'Names of Deployments, separated by commas. Deploy and promote release these beside their old version; the others of the files roll at promote, as one does that has the annotation `kubernetes-rollout/skip` with the value `true`. Without manifests promote and reject take the rollouts of these, and undo goes back with them; not given: all that are meant otherwise.',
    brief:
      'Names of the Deployments to release, separated by commas; the others in the files roll at promote. Default: all that get requests.',
    group: 'rollout',
    kind: { type: 'lines' },
    fallback: '',
    actions: ['deploy', 'promote', 'reject', 'undo'],
  },
  prune: {
    label: 'Prune',
    help: 'Promote, and a deploy in place, remove what the previous release of the `application` had and this one has not, as `kubectl apply --prune --applyset=configmaps/APPLICATION-applyset` would: only what bears the label of that set, never namespaces, definitions (CRDs) or claims of volumes. Deploy and promote both take it, with the manifests; a canary removes nothing before its promote.',
    brief:
      'Remove what the previous release of the `application` had and this one has not: by promote, and by a deploy in place. Only what bears the label of its set.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'false',
    actions: ['deploy', 'promote'],
  },
  'to-revision': {
    label: 'To revision',
    help: 'The revision that undo goes back to, as `kubernetes-rollout history` and `kubectl rollout history` number them. Not given: the one before.',
    group: 'rollout',
    kind: { type: 'count', most: 1_000_000 },
    fallback: '',
    actions: ['undo'],
  },
  'older-than': {
    label: 'Older than',
    help: 'How long nobody has worked on a rollout that sweep rejects: `24h`, `30m`. A bare number is minutes on GitHub and in the terminal, seconds on Azure.',
    group: 'rollout',
    kind: { type: 'duration', bare: { github: 'minutes', azure: 'seconds', terminal: 'minutes' }, mostHours: 24 * 366 },
    fallback: '24h',
    actions: ['sweep'],
  },
  namespaces: {
    label: 'Namespaces',
    help: 'Namespaces that sweep looks through, separated by commas. Not given: the one of `namespace`.',
    group: 'rollout',
    kind: { type: 'lines' },
    fallback: '',
    actions: ['sweep'],
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
