/** Lines and names that are wrong, by their input, with what makes the input count at all. */
import type { RawInputs } from '../../src/inputs/parse.ts';

/** Values of one input, each refused by its name. */
interface Wrong {
  readonly input: string;
  readonly beside?: RawInputs;
  readonly values: readonly string[];
}

const soak = { soak: '1m' };
const counted = { ...soak, metrics: 'errors' };
const asked = { ...counted, prometheus: 'http://127.0.0.1:1' };

const wrong: readonly Wrong[] = [
  {
    input: 'metrics',
    beside: { ...soak, prometheus: 'http://127.0.0.1:1' },
    values: [
      ...[
        'error',
        'errors latency',
        'errors tolerance=',
        'errors tolerance=150%',
        'errors tolerance=-1',
        'errors critical',
        'latency max 5',
      ],
      ...['x =', '= up max 1', 'x = up', 'x = up max', 'x = up max five', 'x = up max 5 min 9', 'x = up max NaN', 'x = up max 1e999'],
      ...['x = up max 5 count=0', 'x = up max 5 interval=0', 'x = up max 5 interval=1y', 'x = up max 5 unknown=3', 'errors\nerrors'],
      ...[
        'x = up max 1\nx = up max 2',
        'x = web',
        'x = web ftp://a max 1',
        'x = script',
        'x = up max 5 failure-limit=-2',
        'a b = up max 1',
      ],
      ...['x = web http://a/ json $.[ max 1', 'x = up{pod=~"{{podz}}"} max 1', 'x = script sh -c "echo 1 max 5', "x = script it's max 5"],
    ],
  },
  {
    input: 'probe',
    values: [
      ...[
        'GET',
        'POST /x 200',
        'GET x 200',
        'GET /x',
        'GET /x 99',
        'GET /x 2xx',
        'GET /x 200 json',
        'GET /x 200 json $[',
        'GET /x 200 foo',
      ],
      ...['GET /x 200 within', 'GET /x 200 within 5', 'GET /x 200 within -5s', 'GET /x 200 header', 'GET /x 200 header X', 'GET /x#y 200'],
      ...[
        'GET /x 200 header Content-Length=5',
        'GET /x 200 header Host=a',
        'GET /x 200 header Expect=100-continue',
        'GET /x 200 header keep-alive=5',
        'GET /x 200 header TE=trailers',
        'GET /x 200 port',
        'GET /x 200 port 0',
        'GET /x 200 port 99999',
      ],
      ...['GET /../../x 200', 'GET /x?a b 200', 'GET http://a/x 200', 'GET /é 200', 'GET /x 200 header X-A=a\rb', 'GET /x 200 port UP'],
    ],
  },
  {
    input: 'compare',
    beside: soak,
    values: [
      'GET',
      'DELETE /x',
      'GET x',
      'GET /x header',
      'GET /x port',
      'GET /x port 70000',
      'GET /x 200',
      'GET /x foo',
      'GET /../x',
      'GET /x header Trailer=a',
      'GET /x header Expect=a',
    ],
  },
  {
    input: 'prometheus',
    beside: counted,
    values: [
      ...['prometheus', 'http://', 'service:', 'service:a/b', 'service:a/b:c:d', 'service:a/b:0', 'service:a/b:99999', 'service:../b:9090'],
      ...['ftp://x', 'http://u:hunter2@h:99999', 'http://h h', 'https://h/?q=1', 'service:A/b:9090', 'service:a/b:9090/..'],
    ],
  },
  {
    input: 'prometheus-headers',
    beside: asked,
    values: ['X', 'X:', 'X: a\nY', ': b', 'X Y: b', 'X: a\u0001b', 'é: b', 'X: a\nx: b', 'Content-Length: 5', 'Host: x', 'TE: trailers'],
  },
  { input: 'metrics-port', beside: counted, values: ['0', '99999', 'a b', 'UP', 'a_b', '-', '80/tcp', 'x'.repeat(16)] },
  { input: 'metrics-path', beside: counted, values: ['metrics', '/../x', '/a/./b', '/a b', '/é', '//a#b', 'http://a/metrics', '/a?b#c'] },
  { input: 'application', beside: { prune: 'true' }, values: ['a b', '../..', 'Shop', 'a_b', 'ünï', '-a', 'a/b', 'x'.repeat(300)] },
  { input: 'canary-nodes', values: ['!', 'a=b=c', 'a in', 'a in (b', 'a in b', '=b', 'a b', 'a=b,', ',', 'a>1', 'ä=b', 'a/b/c=d'] },
  { input: 'imagepullsecrets', values: ['A B', 'Upper', 'a_b', '-a', 'a/b', 'a,b', 'ok\nnot ok', 'x'.repeat(254)] },
  { input: 'mirror-image', values: ['a b', '"a', "it's"] },
  { input: 'notify', values: ['hooks.slack.com/x', 'ftp://x', 'http://', 'javascript:alert(1)', 'http://a b', 'slack', 'mailto:a@b'] },
  {
    input: 'report',
    values: [
      'report',
      'report.txt',
      '..',
      'a.html\nb.xml',
      'web.yaml/a.html',
      '/dev/null/a.json',
      '/etc/passwd/x/y.html',
      'ok.html\nweb.yaml/a.json',
    ],
  },
  { input: 'steps', beside: { percentage: '' }, values: ['10,5', 'a,b', '101', '-1', '5,x', '5,10,15,20'.repeat(200)] },
  {
    input: 'script',
    beside: { 'traffic-split-method': 'script', baseline: 'false' },
    values: ['sh -c "x', '"', "it's", "a 'b"],
  },
  {
    input: 'script',
    beside: { 'traffic-split-method': 'script', baseline: 'false' },
    values: [
      './nope.sh',
      '/etc',
      '/etc/passwd',
      'nope-tool --x',
      '""',
      '/dev/null x',
      `true ${'x'.repeat(40_000)}`,
      'true \0',
      'package.json',
    ],
  },
  { input: 'metrics', values: ['a = script ./nope.sh', 'a = script nope-tool {{pods}} max 1', 'errors\na = script /etc min 1'] },
  { input: 'script-can', beside: { 'traffic-split-method': 'script', script: 'true' }, values: ['weights', 'x', 'WEIGHT x'] },
];

/** Each value by itself. */
export const badLines: readonly (readonly [input: string, value: string, beside: RawInputs])[] = wrong.flatMap(
  ({ input, beside = {}, values }) => values.map(value => [input, value, beside] as const),
);
