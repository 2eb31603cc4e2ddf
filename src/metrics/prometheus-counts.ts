/** The ready-made queries for `errors` and `latency`: one a library, mesh or router. Another one is a row. */
import { type Family, families, PATH_LABELS, STATUS_LABELS } from './families.ts';

/** How one of them is asked for; an answer's series say by `counts` what they count, and by `unit` for whom. */
export interface Counting {
  /** The names that the series get. */
  readonly family: Family;
  readonly query: string;
}

const status = [...STATUS_LABELS, 'classification'].join(', ');

/** Requests of the kubelet, and for the metrics themselves, are nobody's. */
const notOwn = PATH_LABELS.map(label => `${label}!~"{{probes}}"`).join(',');

/** Says of a part of the query what it counts. All parts are one query: they are of one moment. */
const counting = (name: string, part: string): string => `label_replace(${part}, "counts", "${name}", "", "")`;

/** By these the same counter of a pod differs where two jobs scrape it (a ServiceMonitor and a PodMonitor), or two Prometheus beside each other. */
const LOOKERS = 'job, prometheus, prometheus_replica';

/** Sums what a pod counts, as one of those who look at it has seen it: two of them would make twice the evidence of it. */
const once = (labels: string, counter: string): string => `max by (${labels}) (sum by (${labels}, ${LOOKERS}) (${counter}))`;

/** What pods count themselves, by their own label `pod`. */
function ofPods(family: Family): Counting {
  const only = Object.entries(family.only ?? {}).map(([name, value]) => `${name}="${value}"`);
  const which = `{${['namespace="{{namespace}}"', 'pod=~"{{pods}}"', ...only, notOwn].join(',')}}{{offset}}`;
  const parts = [
    ...(family.counter === undefined ? [] : [counting(family.counter, once(`pod, ${status}`, `${family.counter}${which}`))]),
    counting(`${family.histogram}_count`, once(`pod, ${status}`, `${family.histogram}_count${which}`)),
    counting(`${family.histogram}_bucket`, once('pod, le', `${family.histogram}_bucket${which}`)),
  ];
  return { family: bare(family), query: parts.map(part => `label_replace(${part}, "unit", "$1", "pod", "(.+)")`).join(' or ') };
}

/** The query itself asks for nothing else. */
const bare = ({ only: _, ...family }: Family): Family => family;

/** A router that counts by the Services that it sends requests to: `service` matches its label with the name as its first group. */
interface Router {
  readonly family: Family & { readonly counter: string };
  readonly label: string;
  readonly service: string;
  /** Its label for the status, and what of it makes a status of three digits. */
  readonly status: readonly [label: string, pattern: string, as: string];
}

const routers: readonly Router[] = [
  {
    family: {
      by: 'Traefik',
      counter: 'traefik_service_requests_total',
      histogram: 'traefik_service_request_duration_seconds',
      unitSeconds: 1,
    },
    label: 'service',
    service: '{{namespace}}-({{services}})-[^@]+@.+',
    status: ['code', '(.*)', '$1'],
  },
  {
    family: {
      by: 'Envoy behind Contour',
      counter: 'envoy_cluster_upstream_rq_xx',
      histogram: 'envoy_cluster_upstream_rq_time',
      unitSeconds: 0.001,
    },
    label: 'envoy_cluster_name',
    service: '{{namespace}}_({{services}})_.+',
    // A name of a group goes as far as letters do.
    status: ['envoy_response_code_class', '(.)', '$' + '{1}xx'],
  },
];

function ofServices({ family, label, service, status: [code, pattern, as] }: Router): Counting {
  const which = `{${label}=~"${service}"}{{offset}}`;
  const answers = `sum by (${label}, ${code}) (${family.counter}${which})`;
  const parts = [
    counting(family.counter, `label_replace(${answers}, "code", "${as}", "${code}", "${pattern}")`),
    counting(`${family.histogram}_bucket`, `sum by (${label}, le) (${family.histogram}_bucket${which})`),
  ];
  return { family, query: parts.map(part => `label_replace(${part}, "unit", "$1", "${label}", "${service}")`).join(' or ') };
}

/** In the order in which they are looked for: the application's own, its sidecar's, the router's. */
export const countings: readonly Counting[] = [...families.map(ofPods), ...routers.map(ofServices)];
