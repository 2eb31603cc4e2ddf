/** How the new version is watched and judged. */

import type { UserAction } from '../../model/stage.ts';
import { MINUTES } from '../duration.ts';
import type { InputSpec } from '../input.ts';

/** Actions that judge the new version. */
export const judging: readonly UserAction[] = ['deploy', 'analyze', 'undo'];

/** The inputs of the group `analysis`. */
export const analysis = {
  analysis: {
    label: 'Analysis',
    help: 'A YAML file with the inputs of the analysis: `soak`, `metrics`, `on-inconclusive` and the others of this group, except secrets (samples/analysis.yaml). Do not also set these inputs on the step.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
  probe: {
    label: 'Probe',
    help: 'Requests to each pod of the new version, sent through the API server before it gets a share of the requests (also at 0 %), one per line: `GET /healthz 200`, `GET /api/products 200 json $.items within 500ms`. Also `json $.status=ok`, `port admin`, `header X-Tenant=a`. A wrong answer fails the step before any request moves. With method `pod`, a pod gets requests as soon as it is ready.',
    brief:
      'Requests to each pod of the new version before it gets traffic, one per line: `GET /healthz 200`, `GET /api json $.status=ok within 500ms`. A wrong answer fails the step.',
    group: 'analysis',
    kind: { type: 'probes' },
    fallback: '',
    actions: judging,
  },
  soak: {
    label: 'Soak',
    help: 'How long each share is watched: `5m`. If the new version is worse than the old one, the step fails and the requests go back. Default: 5 minutes with `metrics` or for `analyze`, otherwise no watch. `0` turns it off; it is refused where `metrics` or `compare` would then never be judged.',
    brief:
      'How long each share is watched: `5m`. If the new version is worse, the step fails and the requests go back. Default: 5 minutes with `metrics` or for `analyze`.',
    group: 'analysis',
    kind: MINUTES,
    fallback: '',
    actions: judging,
  },
  metrics: {
    label: 'Metrics',
    help: 'What is judged during the soak, one metric per line. `errors` (answers with 5xx) and `latency` count requests; each takes an optional `tolerance=2%`. Your own numbers are `NAME = QUERY max 100` or `min 1`, measured every 10 s. The source is a query to `prometheus`, `web https://... json $.value`, or `script ./check.sh`, whose exit code counts if there is no bound. Options at the end of a line: `tolerance=10%`, `interval=30s`, `count=5`, `failure-limit=1`, `inconclusive-limit=1`, `error-limit=4`. A query with `{{variant}}` or `{{pods}}` and no bound is compared with the baseline, and decides if it is `critical`. More: docs/metrics.md. Empty: only the health of the pods.',
    brief:
      'What is judged during the soak, one per line: `errors`, `latency tolerance=2%`, or your own `NAME = QUERY max 100`. Default: the health of the pods. See docs/metrics.md.',
    group: 'analysis',
    kind: { type: 'metrics' },
    fallback: '',
    actions: judging,
  },
  compare: {
    label: 'Compare',
    help: 'Requests that are sent to one pod each of the running version, its baseline and the canary when a soak begins, one per line: `GET /api/products`. Where only the canary answers differently, the difference is shown, and fails the step if the line says `critical`. Differences between the running version and its baseline are ignored. Also `port admin`, `header X-Tenant=a`. The answers appear in the log, so request nothing secret.',
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
        { value: 'strict', about: 'counts every request; proof that the canary is worse ends the soak at once' },
        {
          value: 'kayenta',
          about: 'ranks a point every 5 s, as Kayenta does, once at the end of the soak; needs a baseline and a soak of at least a minute',
        },
      ],
    },
    fallback: 'strict',
    actions: judging,
  },
  'on-inconclusive': {
    label: 'On inconclusive',
    help: 'What to do when the soak ends without proof either way.',
    brief:
      'What to do when the soak ends without proof either way: `fail` the deploy, `pass` it with a warning, or `extend` the soak up to `soak-limit`.',
    group: 'analysis',
    kind: {
      type: 'pick',
      choices: [
        { value: 'fail', about: 'the deploy fails and sends the requests back' },
        { value: 'pass', about: 'the deploy continues, with a warning' },
        { value: 'extend', about: 'the soak continues, up to `soak-limit`' },
      ],
    },
    fallback: 'fail',
    actions: judging,
  },
  'soak-limit': {
    label: 'Soak limit',
    help: 'The longest total time of a soak that is extended. Default: three times `soak`.',
    group: 'analysis',
    kind: MINUTES,
    fallback: '',
    actions: judging,
  },
  'metrics-port': {
    label: 'Metrics port',
    help: 'Name or number of the port where the pods serve their metrics. Default: the annotation `prometheus.io/port`, a port named `metrics`, or the port of the mesh’s sidecar.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
  'metrics-path': {
    label: 'Metrics path',
    help: 'Path of the metrics page. Default: the annotation `prometheus.io/path`, otherwise `/metrics`.',
    group: 'analysis',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: judging,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
