/** How the new version is watched and judged. */
import type { UserAction } from '../../model/stage.ts';
import type { InputSpec } from '../input.ts';

const minutes = { type: 'duration', bare: { github: 'minutes', azure: 'seconds', terminal: 'minutes' } } as const;

/** Actions that judge the new version. */
export const judging: readonly UserAction[] = ['deploy', 'analyze', 'undo'];

/** The inputs of the group `analysis`. */
export const analysis = {
  analysis: {
    label: 'Analysis',
    help: 'A YAML file with the inputs of the analysis as data: `soak`, `metrics`, `on-inconclusive` and the others of this group but for secrets (samples/analysis.yaml). What stands there is not given here too.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
  probe: {
    label: 'Probe',
    help: 'What each pod of the new version is asked, through the API server, before it gets a share of the requests and at 0 %; a line each: `GET /healthz 200`, `GET /api/products 200 json $.items within 500ms`. Also `json $.status=ok`, `port admin`, `header X-Tenant=a`. A wrong answer fails the step before any request moves; with method `pod` a pod gets requests as soon as it is ready.',
    brief:
      'Requests to each pod of the new version before it gets traffic, one per line: `GET /healthz 200`, `GET /api json $.status=ok within 500ms`. A wrong answer fails the step.',
    group: 'analysis',
    kind: { type: 'probes' },
    fallback: '',
    actions: judging,
  },
  soak: {
    label: 'Soak',
    help: 'How long each share stands under watch: `5m`. The step fails and gives the requests back if the new version is worse than the old one. Not given: 5 minutes with `metrics` or for `analyze`, else no watch. `0` is none, and refused where `metrics` or `compare` would never be judged.',
    brief:
      'How long each share is watched: `5m`. If the new version is worse, the step fails and the requests go back. Default: 5 minutes with `metrics` or for `analyze`.',
    group: 'analysis',
    kind: minutes,
    fallback: '',
    actions: judging,
  },
  metrics: {
    label: 'Metrics',
    help: 'What is judged during the soak, a line each: `errors` (answers with 5xx) and `latency`, each with an optional `tolerance=2%`, by counted requests; and numbers of your own, `NAME = QUERY max 100` or `min 1`, asked every 10 s: a query of `prometheus`, `web https://... json $.value`, or `script ./check.sh`, whose exit code counts where no bound is given. Behind it, if wanted: `tolerance=10%`, `interval=30s`, `count=5`, `failure-limit=1`, `inconclusive-limit=1`, `error-limit=4`. A query with `{{variant}}` or `{{pods}}` and without a bound is compared with the baseline; it decides where it is `critical`. More: docs/metrics.md. Empty: the health of the pods alone.',
    brief:
      'What is judged during the soak, one per line: `errors`, `latency tolerance=2%`, or your own `NAME = QUERY max 100`. Default: the health of the pods. See docs/metrics.md.',
    group: 'analysis',
    kind: { type: 'metrics' },
    fallback: '',
    actions: judging,
  },
  compare: {
    label: 'Compare',
    help: 'Requests that are put to a pod of the running version, of its baseline and of the canary when a soak begins, a line each: `GET /api/products`. What only the canary answers otherwise is shown, and fails the step where the line says `critical`; what the running version and its baseline differ in is left out. Also `port admin`, `header X-Tenant=a`. The answers stand in the log: ask for nothing secret.',
    brief:
      'Requests sent to the old and the new version when a soak begins, one per line: `GET /api/products`. Differences are shown, and fail the step on lines with `critical`.',
    group: 'analysis',
    kind: { type: 'comparisons' },
    fallback: '',
    actions: judging,
  },
  judge: {
    label: 'Judge',
    help: 'How canary and baseline are compared.',
    brief:
      'How canary and baseline are compared: `strict` counts each request and can end the soak early; `kayenta` ranks a point every 5 s and needs a baseline.',
    group: 'analysis',
    kind: {
      type: 'pick',
      choices: [
        { value: 'strict', about: 'by each request that is counted; proof that the canary is worse ends the soak at once' },
        {
          value: 'kayenta',
          about:
            'as Kayenta does, by a test of ranks on a point every 5 s, once at the end of the soak; needs a baseline and a soak of a minute or more',
        },
      ],
    },
    fallback: 'strict',
    actions: judging,
  },
  'on-inconclusive': {
    label: 'On inconclusive',
    help: 'What to do when the soak is over before there is proof either way.',
    brief:
      'What to do when the soak ends without proof either way: `fail` the deploy, `pass` it with a warning, or `extend` the soak up to `soak-limit`.',
    group: 'analysis',
    kind: {
      type: 'pick',
      choices: [
        { value: 'fail', about: 'the deploy fails and gives the requests back' },
        { value: 'pass', about: 'the deploy goes on, with a warning' },
        { value: 'extend', about: 'go on watching, up to `soak-limit`' },
      ],
    },
    fallback: 'fail',
    actions: judging,
  },
  'soak-limit': {
    label: 'Soak limit',
    help: 'How long a soak may last in all when it is extended. Not given: three times `soak`.',
    group: 'analysis',
    kind: minutes,
    fallback: '',
    actions: judging,
  },
  'metrics-port': {
    label: 'Metrics port',
    help: 'Name or number of the port at which the pods serve their metrics. Not given: what the annotation `prometheus.io/port`, a port named `metrics`, or the mesh’s sidecar says.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
  'metrics-path': {
    label: 'Metrics path',
    help: 'Path of that page. Not given: what the annotation `prometheus.io/path` says, else `/metrics`.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
