/** What single strategies can be told. */
import { abilityChoices } from '../choices.ts';
import { all, changing, type InputSpec, releasing, yesOrNo } from '../input.ts';

/** The inputs of the group `strategy`. */
export const strategy = {
  steps: {
    label: 'Steps',
    help: 'Rising percentages that one deploy of strategy `canary` walks through, such as `5,10,25`, instead of `percentage`; `interval` is the time between two, none unless it is given.',
    group: 'strategy',
    kind: { type: 'percentages' },
    fallback: '',
    actions: releasing,
  },
  match: {
    label: 'Match',
    help: 'Requests that get the new version, one per line, any of them: `header x-beta=always`, `cookie beta=1`; `^=` is a prefix, `~=` a regular expression. Strategy `ab` needs it, `canary` takes it beside the percentage.',
    brief:
      'Requests that get the new version, one rule per line: `header x-beta=always`, `cookie beta=1`. `^=` matches a prefix, `~=` a regular expression. For `ab` and `canary`.',
    group: 'strategy',
    kind: { type: 'matches' },
    fallback: '',
    actions: releasing,
  },
  'mirror-percentage': {
    label: 'Mirror percentage',
    help: 'Share of the requests of which strategy `shadow` gives the new version a copy, 0 to 100. Not given: 100.',
    group: 'strategy',
    kind: { type: 'percentage' },
    fallback: '',
    actions: releasing,
  },
  'variant-name': {
    label: 'Variant name',
    help: 'A name for the new version of strategy `shadow`, such as `v3`: versions of several names get copies at once. Promote takes one and ends them all; reject takes that one back, or, where none is named, all that its own run deployed (with `reject-any`, or from a terminal without manifests, whatever is open). Not given: `canary`.',
    brief:
      'A name for the new version of strategy `shadow`, such as `v3`. Versions with different names run side by side. Default: `canary`.',
    group: 'strategy',
    kind: { type: 'name' },
    fallback: '',
    actions: all,
  },
  affinity: {
    label: 'Affinity',
    help: 'Whether a user keeps the version that he got beside a share of strategy `canary`.',
    group: 'strategy',
    kind: {
      type: 'pick',
      choices: [
        { value: 'none', about: 'every request is split by itself' },
        { value: 'cookie', about: 'a cookie keeps the user there, where the method can' },
      ],
    },
    fallback: 'none',
    actions: releasing,
  },
  pods: {
    label: 'Pods',
    help: 'Where the pods of canary and baseline come from with the method `pod`.',
    group: 'strategy',
    kind: {
      type: 'pick',
      choices: [
        { value: 'added', about: 'they run beside those of the running version' },
        { value: 'constant', about: 'they are taken from it, so that the number stays' },
      ],
    },
    fallback: 'added',
    actions: releasing,
  },
  surge: {
    label: 'Surge',
    help: "Pods that a rolling deploy (strategy `none`) may have above the wanted number: `1` or `25%`. Not given: the manifest's. It stays, as `unavailable` does, until the next deploy; a reject goes back to what the manifests say, since nothing tells what was there before.",
    brief: "Pods above the wanted number during a rolling deploy (strategy `none`): `1` or `25%`. Default: the manifest's value.",
    group: 'strategy',
    kind: { type: 'amount' },
    fallback: '',
    actions: ['deploy'],
  },
  unavailable: {
    label: 'Unavailable',
    help: "Pods that a rolling deploy (strategy `none`) may lack: `0` or `25%`. Not given: the manifest's.",
    group: 'strategy',
    kind: { type: 'amount' },
    fallback: '',
    actions: ['deploy'],
  },
  'allow-restart': {
    label: 'Allow a restart',
    help: 'Let a method that needs a sidecar in the running version restart its pods once to get it in, and once to get it out.',
    group: 'strategy',
    kind: yesOrNo,
    fallback: 'false',
    actions: changing,
  },
  'mirror-image': {
    label: 'Mirror image',
    help: 'Image of GoReplay for the method `goreplay`, such as a copy in your own registry. Not given: a pinned release.',
    group: 'strategy',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: releasing,
  },
  script: {
    label: 'Script',
    help: 'Command that sets the traffic with the method `script`, run without a shell: `./set-traffic.sh production`. It reads one line of JSON: `namespace`, `workload`, `service`, `backends` (`role`, `service`, `weight` of 1000), `match`, `mirrors` (`variant`, `service`, `percentage`), `affinity`; exit code 0 means set. While a rollout is open stable has a Service of its own; in the end `stable` is your own Service again. It may be run twice with the same. Every action needs it.',
    brief:
      'Command that sets the traffic with method `script`: `./set-traffic.sh production`. It runs without a shell, reads one line of JSON and ends with exit code 0.',
    group: 'strategy',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: changing,
  },
  'script-can': {
    label: 'What the script can',
    help: 'What `script` takes over from its input; asked for more, the deploy is refused.',
    brief:
      'What `script` supports: `weight`, `baseline`, `header`, `cookie`, `regex`, `mirror`, `mirror-percentage`, `mirror-several`, `affinity`. A deploy that needs more is refused.',
    group: 'strategy',
    kind: { type: 'picks', choices: abilityChoices },
    fallback: 'weight',
    actions: releasing,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
