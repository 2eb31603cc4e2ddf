/** How long is waited. */
import { MINUTES } from '../duration.ts';
import { changing, type InputSpec, releasing } from '../input.ts';

const seconds = { type: 'duration', bare: { github: 'seconds', azure: 'seconds', terminal: 'seconds' } } as const;

/** The inputs of the group `timing`. */
export const timing = {
  timeout: {
    azure: 'rolloutStatusTimeout',
    label: 'Timeout',
    help: 'How long to wait until everything is ready: `90s`, `10m`, `1h`. A bare number is minutes on GitHub and in the terminal, seconds on Azure. 0 or empty: 10 minutes.',
    group: 'timing',
    kind: MINUTES,
    fallback: '',
    actions: changing,
  },
  'traffic-delay': {
    label: 'Traffic delay',
    help: 'How long the routers of the cluster take to apply new weights: `5s`; a bare number is seconds. Default: what the method needs.',
    group: 'timing',
    kind: seconds,
    fallback: '',
    actions: changing,
  },
  interval: {
    label: 'Interval',
    help: 'Time between two of `steps`: `2m`; a bare number is seconds.',
    group: 'timing',
    kind: seconds,
    fallback: '',
    actions: releasing,
  },
  'switch-delay': {
    label: 'Switch delay',
    help: 'Time between the switch of `blue-green` and the replacement of the running version, in which one write switches back: `10m`; a bare number is seconds.',
    group: 'timing',
    kind: seconds,
    fallback: '',
    actions: ['promote'],
  },
  hold: {
    label: 'Hold',
    help: 'How long the step waits at its end, after the soak of its last share, for a person to run `kubernetes-rollout approve` or `refuse`: `30m`. If approved, it succeeds. If refused or not answered, it fails and the requests go back. Anyone who may patch ConfigMaps in the namespace may answer. Prefer the approvals of the platform (environments): they know who may answer, and keep no runner waiting. Default: no wait.',
    brief:
      'How long the step waits at its end for a person to run `kubernetes-rollout approve` or `refuse`, such as `30m`. Without an answer it fails and the requests go back.',
    group: 'timing',
    kind: MINUTES,
    fallback: '',
    actions: ['deploy'],
  },
  drain: {
    label: 'Drain',
    help: 'How long pods without traffic keep running before they are removed, so that they can finish their requests: `10s`; a bare number is seconds; 0 is allowed. With method `pod`, pods of the new version and its baseline also keep answering for this time when they are terminated (`lifecycle.preStop.sleep`, in containers without a hook of their own).',
    brief:
      'How long pods without traffic keep running before they are removed, so that they can finish their requests. Example: `10s`; a bare number is seconds.',
    group: 'timing',
    kind: seconds,
    fallback: '10s',
    actions: changing,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
