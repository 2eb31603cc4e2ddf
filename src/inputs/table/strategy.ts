/** What single strategies can be told. */
import { abilityChoices } from '../choices.ts';
import { all, changing, type InputSpec, releasing, yesOrNo } from '../input.ts';

/** The inputs of the group `strategy`. */
export const strategy = {
  steps: {
    label: 'Steps',
    help: 'Increasing percentages for one deploy of strategy `canary`, such as `5,10,25`, instead of `percentage`. `interval` is the time between two of them; default: none.',
    group: 'strategy',
    kind: { type: 'percentages' },
    fallback: '',
    actions: releasing,
  },
  'canary-nodes': {
    label: 'Canary nodes',
    help: 'Label selector of the nodes where strategy `canary` tries the new version of a DaemonSet, such as `pool=canary`. Needs leave to list nodes. Default: `percentage` is a share of the nodes that have one of its pods, at least one, never all.',
    brief:
      'Label selector of the nodes where strategy `canary` tries the new version of a DaemonSet, such as `pool=canary`. Default: a share of its nodes.',
    group: 'strategy',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: releasing,
  },
  match: {
    label: 'Match',
    help: 'Requests that get the new version, one rule per line; any rule is enough: `header x-beta=always`, `cookie beta=1`. `^=` matches a prefix, `~=` a regular expression. Required for strategy `ab`; `canary` combines it with the percentage.',
    brief:
      'Requests that get the new version, one rule per line: `header x-beta=always`, `cookie beta=1`. `^=` matches a prefix, `~=` a regular expression. For `ab` and `canary`.',
    group: 'strategy',
    kind: { type: 'matches' },
    fallback: '',
    actions: releasing,
  },
  'mirror-percentage': {
    label: 'Mirror percentage',
    help: 'Share of the requests that strategy `shadow` copies to the new version, 0 to 100. Default: 100.',
    group: 'strategy',
    kind: { type: 'percentage' },
    fallback: '',
    actions: releasing,
  },
  'variant-name': {
    label: 'Variant name',
    help: 'A name for the new version of strategy `shadow`, such as `v3`. Versions with different names get copies at the same time. Promote takes one and ends them all. Reject takes back the named one or, without a name, all that its own run deployed (with `reject-any`, or from a terminal without manifests, whatever is open). Default: `canary`.',
    brief:
      'A name for the new version of strategy `shadow`, such as `v3`. Versions with different names run side by side. Default: `canary`.',
    group: 'strategy',
    kind: { type: 'name' },
    fallback: '',
    actions: all,
  },
  affinity: {
    label: 'Affinity',
    help: 'Whether a user stays on the version that he got first (strategy `canary`).',
    group: 'strategy',
    kind: {
      type: 'pick',
      choices: [
        { value: 'none', about: 'every request is split independently' },
        { value: 'cookie', about: 'a cookie keeps the user there, if the method supports that' },
      ],
    },
    fallback: 'none',
    actions: releasing,
  },
  pods: {
    label: 'Pods',
    help: 'Where the pods of canary and baseline come from with method `pod`.',
    group: 'strategy',
    kind: {
      type: 'pick',
      choices: [
        { value: 'added', about: 'they run in addition to the running version' },
        { value: 'constant', about: 'they are taken from the running version; the total stays the same' },
      ],
    },
    fallback: 'added',
    actions: releasing,
  },
  surge: {
    label: 'Surge',
    help: "Pods above the desired number during a rolling deploy (strategy `none`): `1` or `25%`. Default: the manifest's value. It stays, like `unavailable`, until the next deploy; a reject goes back to the value in the manifests, because the earlier value is not recorded.",
    brief: "Pods above the desired number during a rolling deploy (strategy `none`): `1` or `25%`. Default: the manifest's value.",
    group: 'strategy',
    kind: { type: 'amount' },
    fallback: '',
    actions: ['deploy'],
  },
  unavailable: {
    label: 'Unavailable',
    help: "Pods that may be missing during a rolling deploy (strategy `none`): `0` or `25%`. Default: the manifest's value.",
    group: 'strategy',
    kind: { type: 'amount' },
    fallback: '',
    actions: ['deploy'],
  },
  'allow-restart': {
    label: 'Allow a restart',
    help: 'Let a method that needs a sidecar in the running version restart its pods: once to add it, once to remove it.',
    group: 'strategy',
    kind: yesOrNo,
    fallback: 'false',
    actions: changing,
  },
  'mirror-image': {
    label: 'Mirror image',
    help: 'GoReplay image for method `goreplay`, such as a copy in your own registry. Default: a pinned release.',
    group: 'strategy',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: releasing,
  },
  script: {
    label: 'Script',
    help: 'Command that sets the traffic with method `script`, run without a shell: `./set-traffic.sh production`. It reads one line of JSON: `namespace`, `workload`, `service`, `backends` (`role`, `service`, `weight` of 1000), `match`, `mirrors` (`variant`, `service`, `percentage`), `affinity`. Exit code 0 means that the traffic is set. While a rollout is open, stable has a separate Service; at the end `stable` is your own Service again. The command may run twice with the same input. Every action needs it.',
    brief:
      'Command that sets the traffic with method `script`: `./set-traffic.sh production`. It runs without a shell, reads one line of JSON and ends with exit code 0.',
    group: 'strategy',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: changing,
  },
  'script-can': {
    label: 'What the script can',
    help: 'What `script` supports. A deploy that needs more is refused.',
    brief:
      'What `script` supports: `weight`, `baseline`, `header`, `cookie`, `regex`, `mirror`, `mirror-percentage`, `mirror-several`, `affinity`. A deploy that needs more is refused.',
    group: 'strategy',
    kind: { type: 'picks', choices: abilityChoices },
    fallback: 'weight',
    actions: releasing,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
