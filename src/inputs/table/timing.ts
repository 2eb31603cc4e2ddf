/** How long is waited. */
import { changing, type InputSpec, releasing } from '../input.ts';

const seconds = { type: 'duration', bare: { github: 'seconds', azure: 'seconds', terminal: 'seconds' } } as const;
const minutes = { type: 'duration', bare: { github: 'minutes', azure: 'seconds', terminal: 'minutes' } } as const;

/** The inputs of the group `timing`. */
export const timing = {
  timeout: {
    azure: 'rolloutStatusTimeout',
    label: 'Timeout',
    help: 'How long to wait until everything is ready: `90s`, `10m`, `1h`. A bare number is minutes on GitHub and in the terminal, seconds on Azure. 0 or not given: 10 minutes.',
    group: 'timing',
    kind: minutes,
    fallback: '',
    actions: changing,
  },
  'traffic-delay': {
    label: 'Traffic delay',
    help: 'How long the routers of the cluster need to take new weights: `5s`; a bare number is seconds. Not given: what the method needs.',
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
    help: 'Time between the switch of `blue-green` and the replacement of the running version, to go back in one write: `10m`; a bare number is seconds.',
    group: 'timing',
    kind: seconds,
    fallback: '',
    actions: ['promote'],
  },
  drain: {
    label: 'Drain',
    help: 'How long pods without traffic go on before they are removed, so that they finish what they began. By `pod`, pods of the new version and of its baseline also go on answering for so long when they are told to end (`lifecycle.preStop.sleep`, in containers without a hook of their own). `10s`; a bare number is seconds; 0 is allowed.',
    group: 'timing',
    kind: seconds,
    fallback: '10s',
    actions: changing,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
