/** Where numbers come from when not from the pods. */
import type { InputSpec } from '../input.ts';
import { judging } from './analysis.ts';

/** The inputs that say where Prometheus is, and who asks. */
export const prometheus = {
  prometheus: {
    label: 'Prometheus',
    help: 'Where `metrics` are read, instead of from the pods: the address of Prometheus or of what speaks its API (Thanos, Mimir, Azure Monitor, Google), or `service:NAMESPACE/NAME:PORT` for a Service that the API server leads to (`get` on `services/proxy`). Its series must have the labels `namespace` and `pod`.',
    brief:
      'Where `metrics` are read: the address of Prometheus or a compatible API, or `service:NAMESPACE/NAME:PORT` inside the cluster. Default: the pods themselves.',
    group: 'analysis',
    kind: { type: 'prometheus' },
    fallback: '',
    actions: judging,
  },
  'prometheus-token': {
    label: 'Prometheus token',
    help: 'Bearer token for it; keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-login': {
    label: 'Prometheus login',
    help: '`user:password` for it (basic authentication); keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-headers': {
    label: 'Prometheus headers',
    help: 'Further headers for it, a line each: `X-Scope-OrgID: shop`. Other values than this one are masked.',
    group: 'analysis',
    kind: { type: 'headers' },
    fallback: '',
    actions: judging,
  },
  'prometheus-ca': {
    label: 'Prometheus CA',
    help: 'Certificate authority that signed its certificate: PEM, or the path of a file with it. Not given: those that the machine trusts.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-certificate': {
    label: 'Prometheus client certificate',
    help: 'Certificate by which the step shows who it is (mTLS): PEM, or the path of a file with it. `prometheus-key` goes with it.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-key': {
    label: 'Prometheus client key',
    help: 'Its private key: PEM, or the path of a file with it; keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'web-headers': {
    label: 'Web headers',
    help: 'Headers for the lines `NAME = web ADDRESS` of `metrics`, a line each: `DD-API-KEY: ...`. They go to one server only; their values are masked.',
    group: 'analysis',
    kind: { type: 'headers' },
    fallback: '',
    actions: judging,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
