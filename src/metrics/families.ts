/** How the common libraries and meshes call what they count of requests. Another one is a row. */

/** The counters of one library or mesh. */
export interface Family {
  /** Who counts so, for the report. */
  readonly by: string;
  /** A counter of answers, labelled with their status; the histogram's own count where absent. */
  readonly counter?: string;
  /** A histogram of how long answers took. */
  readonly histogram: string;
  /** What one unit of the histogram's bounds is in seconds. */
  readonly unitSeconds: number;
  /** Labels that a sample must have to be counted: a mesh counts what its pod sends too. */
  readonly only?: Readonly<Record<string, string>>;
}

/** In the order in which they are looked for: the application's own before its sidecar's. */
export const families: readonly Family[] = [
  { by: 'a Prometheus client', counter: 'http_requests_total', histogram: 'http_request_duration_seconds', unitSeconds: 1 },
  { by: 'OpenTelemetry', histogram: 'http_server_request_duration_seconds', unitSeconds: 1 },
  { by: 'an older OpenTelemetry', histogram: 'http_server_duration_milliseconds', unitSeconds: 0.001 },
  { by: 'Micrometer', histogram: 'http_server_requests_seconds', unitSeconds: 1 },
  {
    by: 'Linkerd',
    counter: 'response_total',
    histogram: 'response_latency_ms',
    unitSeconds: 0.001,
    only: { direction: 'inbound' },
  },
  {
    by: 'Istio',
    counter: 'istio_requests_total',
    histogram: 'istio_request_duration_milliseconds',
    unitSeconds: 0.001,
    only: { reporter: 'destination' },
  },
];

/** Labels that hold the status of an answer. */
export const STATUS_LABELS: readonly string[] = [
  'code',
  'status',
  'status_code',
  'http_response_status_code',
  'http_status_code',
  'response_code',
];

/** Labels that hold the path of a request, or its route. */
export const PATH_LABELS: readonly string[] = ['path', 'uri', 'route', 'http_route', 'handler', 'http_target', 'url_path'];
