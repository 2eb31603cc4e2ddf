/** What `npm run bench:planes` measured, as a part of `docs/matrix.md`. */
import measured from './bench/planes/measured.json' with { type: 'json' };
import { table } from './tables.ts';

/** The heading, the table and what to know about it. */
export const measurements = (): readonly string[] => [
  '## Measured',
  'The times run from the answer of the API server to a write: until the first request went by the new weights, and until the last one went by the old weights. Median of 20 writes and the slowest of them; each moved all requests from one Service to another. API server, data plane (one proxy, one route) and clients shared a machine of two cores that had other work too. The defaults stay above these figures: your proxies and routes are more, and the table above says what else may take time. Set a shorter `traffic-delay` where you have measured your own data plane.',
  table(
    [
      'what is written, who reads it',
      'method',
      'first by the new weights',
      'last by the old weights',
      'requests lost',
      'requests lost without a write of 0',
    ],
    measured.map(row => [
      row.what,
      `\`${row.method}\``,
      spread(row.firstMedian, row.firstMost),
      spread(row.lastMedian, row.lastMost),
      String(row.lost),
      row.lostAtOnce === null ? '-' : String(row.lostAtOnce),
    ]),
  ),
  'A rollout names a new Service with weight 0 first, and gives it requests with a later write: so no request was lost. The last column counts what was lost where one write did both. Contour and Istio take the route before the Service that it names ([why a backend enters with 0](decisions/0012-backends-leave-with-zero.md)).',
  'To measure again: `../shared/lab/run --istio -- npm run bench:planes` (or `--gateway`, `--traefik`). On another cluster, set `KUBECONFIG`, name the address at which the data plane takes requests (`LAB_GATEWAY=http://10.0.0.7` for Contour, `LAB_ISTIO_GATEWAY`, `LAB_TRAEFIK`), and add `-- --images web:1,web:2 --answers one,two`: two images that listen on port 8080, and a text in the answers of each. HTTPRoutes need a Gateway `edge` in `gateway-system`, VirtualServices one in `istio-system`.',
];

const spread = (median: number, most: number): string => `${median} ms (at most ${most})`;

/** The slowest write of a method, rounded up to a tenth of a second. */
export function slowestOf(method: string): string {
  const figures = measured.filter(row => row.method === method).flatMap(({ firstMost, lastMost }) => [firstMost, lastMost]);
  return figures.length === 0 ? '-' : `${(Math.ceil(Math.max(...figures) / 100) / 10).toFixed(1)} s`;
}
