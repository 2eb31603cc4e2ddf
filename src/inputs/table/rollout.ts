/** What is done, and how. */
import { routerChoices, strategyChoices } from '../choices.ts';
import { all, changing, type InputSpec, yesOrNo } from '../input.ts';

/** The inputs of the group `rollout`. */
export const rollout = {
  action: {
    label: 'Action',
    help: 'What to do with the new version: put it beside the running one, judge it, make it the running one, or take it back.',
    group: 'rollout',
    kind: {
      type: 'pick',
      choices: [
        { value: 'deploy', about: 'the new version runs beside the old one and gets its share of the traffic' },
        { value: 'promote', about: 'the new version takes over' },
        { value: 'reject', about: 'everything goes back to the old version' },
        { value: 'analyze', about: 'what is open is watched and judged for the time of `soak`; nothing is changed' },
      ],
    },
    fallback: 'deploy',
    actions: all,
    required: all,
  },
  strategy: {
    label: 'Strategy',
    help: 'How the new version is released. Not given: `none` for deploy; promote and reject take what is open. A deploy in place (`none`, `recreate`) leaves nothing open: reject takes it back, to the revision before, when it is given that strategy and the manifests that were deployed.',
    group: 'rollout',
    kind: { type: 'pick', choices: strategyChoices },
    fallback: '',
    actions: changing,
  },
  'traffic-split-method': {
    label: 'Traffic split method',
    help: 'What splits the requests; several, such as `gateway-api,smi`, are all set and all verified (`pod`, `ingress` and `auto` stand alone).',
    group: 'rollout',
    kind: { type: 'picks', choices: routerChoices },
    fallback: 'pod',
    actions: changing,
  },
  percentage: {
    label: 'Percentage',
    help: 'Share of the requests that the running version gives up, 0 to 100 with at most one decimal. With a baseline, canary and baseline share it. For `blue-green` 0 (standing by) or 100 (switched). For `ab`, which gives no share, pods of the new version in percent of those that run; not given: as many. Promote and reject ignore it.',
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
    help: 'Run a fresh copy of the old version beside the canary, to compare like with like. Only strategy `canary` has one.',
    group: 'rollout',
    kind: yesOrNo,
    fallback: 'true',
    actions: ['deploy'],
  },
  application: {
    label: 'Application',
    help: 'Name of the group of workloads that are released together. Promote and reject without manifests use it to tell several open rollouts apart.',
    group: 'rollout',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
