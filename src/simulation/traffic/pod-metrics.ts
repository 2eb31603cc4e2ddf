/** What pods count of the requests that they answer, served as Prometheus reads it, on every port and at `/metrics`. */

/** Upper bounds of the histogram in seconds, as the common client libraries have them. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** An answer of a pod, as far as it is counted. */
export interface CountedAnswer {
  readonly pod: string;
  readonly code: number;
  readonly latencyMilliseconds: number;
}

interface Counters {
  readonly codes: Map<number, number>;
  readonly within: number[];
  seconds: number;
}

/** The counters of every pod by `namespace/name`; a pod that was replaced under its name counts on. */
export interface PodMetrics {
  count(namespace: string, answer: CountedAnswer): void;
  /** The page of a pod. */
  page(namespace: string, pod: string): string;
  forget(namespace: string, pod: string): void;
}

/** Begins to count. */
export function createPodMetrics(): PodMetrics {
  const pods = new Map<string, Counters>();
  const of = (key: string): Counters => {
    const known = pods.get(key);
    if (known !== undefined) return known;
    const begun = { codes: new Map(), within: BOUNDS.map(() => 0), seconds: 0 };
    pods.set(key, begun);
    return begun;
  };
  return {
    count: (namespace, { pod, code, latencyMilliseconds }) => {
      const counters = of(`${namespace}/${pod}`);
      // An answer takes its time also where the image names none.
      const seconds = Math.max(latencyMilliseconds, 2) / 1000;
      counters.codes.set(code, (counters.codes.get(code) ?? 0) + 1);
      counters.seconds += seconds;
      BOUNDS.forEach((bound, i) => {
        if (seconds <= bound) counters.within[i] = (counters.within[i] ?? 0) + 1;
      });
    },
    page: (namespace, pod) => page(of(`${namespace}/${pod}`)),
    forget: (namespace, pod) => pods.delete(`${namespace}/${pod}`),
  };
}

function page({ codes, within, seconds }: Counters): string {
  const all = [...codes.values()].reduce((sum, count) => sum + count, 0);
  const requests = [...codes].map(([code, count]) => `http_requests_total{code="${code}"} ${count}`);
  const buckets = BOUNDS.map((bound, i) => `http_request_duration_seconds_bucket{le="${bound}"} ${within[i] ?? 0}`);
  return [
    '# TYPE http_requests_total counter',
    ...(requests.length > 0 ? requests : ['http_requests_total{code="200"} 0']),
    '# TYPE http_request_duration_seconds histogram',
    ...buckets,
    `http_request_duration_seconds_bucket{le="+Inf"} ${all}`,
    `http_request_duration_seconds_sum ${seconds}`,
    `http_request_duration_seconds_count ${all}`,
    '',
  ].join('\n');
}
