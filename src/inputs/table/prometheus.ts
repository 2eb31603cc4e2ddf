/** Where numbers come from when not from the pods. */
import type { InputSpec } from '../input.ts';
import { judging } from './analysis.ts';

/** The inputs that say where Prometheus is, and who asks. */
export const prometheus = {
  prometheus: {
    label: 'Prometheus',
    help: 'Where `metrics` are read instead of from the pods: the address of Prometheus or a compatible API (Thanos, Mimir, Azure Monitor, Google), or `service:NAMESPACE/NAME:PORT` for a Service that is reached through the API server (`get` on `services/proxy`). Its series must have the labels `namespace` and `pod`.',
    brief:
      'Where `metrics` are read: the address of Prometheus or a compatible API, or `service:NAMESPACE/NAME:PORT` inside the cluster. Default: the pods themselves.',
    group: 'analysis',
    kind: { type: 'prometheus' },
    fallback: '',
    actions: judging,
  },
  'prometheus-token': {
    label: 'Prometheus token',
    help: 'Bearer token for Prometheus; keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-login': {
    label: 'Prometheus login',
    help: '`user:password` for Prometheus (basic authentication); keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-headers': {
    label: 'Prometheus headers',
    help: 'More headers for Prometheus, one per line: `X-Scope-OrgID: shop`. The values of all other headers are masked.',
    group: 'analysis',
    kind: { type: 'headers' },
    fallback: '',
    actions: judging,
  },
  'prometheus-ca': {
    label: 'Prometheus CA',
    help: 'Certificate authority of the Prometheus certificate: PEM, or the path of a file. Default: the authorities that the machine trusts.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-certificate': {
    label: 'Prometheus client certificate',
    help: 'Client certificate for Prometheus (mTLS): PEM, or the path of a file. Needs `prometheus-key`.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'prometheus-key': {
    label: 'Prometheus client key',
    help: 'Private key of the client certificate: PEM, or the path of a file; keep it in a secret.',
    group: 'analysis',
    kind: { type: 'text', secret: true },
    fallback: '',
    actions: judging,
  },
  'web-headers': {
    label: 'Web headers',
    help: 'Headers for the lines `NAME = web ADDRESS` of `metrics`, one per line: `DD-API-KEY: ...`. They are sent to one server only, and their values are masked.',
    group: 'analysis',
    kind: { type: 'headers' },
    fallback: '',
    actions: judging,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
