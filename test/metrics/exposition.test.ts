import { describe, expect, test } from '@jest/globals';
import { answersOf } from '../../src/metrics/answers.ts';
import { samplesOf } from '../../src/metrics/exposition.ts';

const none: ReadonlySet<string> = new Set();

describe('a page of metrics', () => {
  test('is read as the text format has it: labels, escapes, times, special values', () => {
    const page = [
      '# HELP http_requests_total The total number of HTTP requests.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="post",code="200"} 1027 1395066363000',
      'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9',
      'metric_without_timestamp_and_labels 12.47',
      'something_weird{problem="division by zero"} +Inf -3982045',
      'with_spaces { a = "b" , c = "d" , } 3',
      'gone NaN',
    ].join('\n');
    expect(samplesOf(page).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value])).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027],
      ['msdos_file_access_time_seconds', { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' }, 1.458255915e9],
      ['metric_without_timestamp_and_labels', {}, 12.47],
      ['something_weird', { problem: 'division by zero' }, Number.POSITIVE_INFINITY],
      ['with_spaces', { a: 'b', c: 'd' }, 3],
      ['gone', {}, Number.NaN],
    ]);
  });

  test('of OpenMetrics is read too, exemplars and the end aside', () => {
    const page = ['foo_bucket{le="1.0"} 17 # {trace_id="oHg5SJYRHA0"} 0.67', 'foo_created 1520430001', '# EOF', ''].join('\n');
    expect(samplesOf(page).map(({ name, value }) => [name, value])).toEqual([
      ['foo_bucket', 17],
      ['foo_created', 1520430001],
    ]);
  });

  test('has names of any characters in quotes, which are those that the libraries use without them', () => {
    const page = [
      '{"http.requests.total", "http.status_code"="500"} 7',
      '{"http_requests_total",code="200",} 5',
      '{"a\\"b"} 1',
      '{} 3',
      '{"a"="b"} 3',
    ];
    expect(samplesOf(page.join('\r\n')).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value])).toEqual([
      ['http_requests_total', { http_status_code: '500' }, 7],
      ['http_requests_total', { code: '200' }, 5],
      ['a_b', {}, 1],
    ]);
  });

  test('that is none, a login page or a cut line among it, has no samples of it', () => {
    expect(samplesOf('<!DOCTYPE html>\n<p class="a">3</p>\nhttp_requests_total{code="200"\nhttp_requests_total{code="200"}\n')).toEqual([]);
  });

  test('of 5 MB is read character by character once', () => {
    const line = `http_requests_total{code="200",path="/${'a'.repeat(900)}"} 1\n`;
    expect(samplesOf(line.repeat(5000))).toHaveLength(5000);
    expect(samplesOf(`x{a="${'\\'.repeat(2_000_000)}`)).toEqual([]);
  });
});

const answers = (...lines: readonly string[]) => answersOf(samplesOf(lines.join('\n')), none);

describe('the requests that a pod has answered are known from', () => {
  test('a client library: a counter by status, and a histogram', () => {
    expect(
      answers(
        'http_requests_total{code="200"} 90',
        'http_requests_total{code="404"} 4',
        'http_requests_total{code="503"} 6',
        'http_request_duration_seconds_bucket{le="0.1"} 70',
        'http_request_duration_seconds_bucket{le="0.5"} 95',
        'http_request_duration_seconds_bucket{le="+Inf"} 100',
        'http_request_duration_seconds_count 100',
      ),
    ).toEqual({ requests: 100, errors: 6, slower: { '0.1': 30, '0.5': 5 } });
  });

  test('a histogram by status, where the counter beside it does not tell the status', () => {
    expect(
      answers(
        'http_requests_total 100',
        'http_request_duration_seconds_count{status="500"} 50',
        'http_request_duration_seconds_count{status="200"} 50',
      ),
    ).toMatchObject({ requests: 100, errors: 50 });
  });

  test('no label of a status: how many were errors nobody knows', () => {
    expect(answers('http_requests_total{path="/a"} 100')).toEqual({ requests: 100, errors: null, slower: {} });
    expect(answers('response_total{direction="inbound",classification="failure"} 3')).toMatchObject({ requests: 3, errors: 3 });
  });

  test.each([
    ['without its last bucket', ['_count 100'], { '0.1': 30, '0.5': 5 }],
    ['without its last bucket and its count', [], { '0.1': 25, '0.5': 0 }],
    ['whose last bucket has another spelling', ['_bucket{le="Inf"} 98'], { '0.1': 28, '0.5': 3 }],
    [
      'with a bucket of nobody knows what',
      ['_bucket{le="0.2"} NaN', '_bucket{le=""} 3', '_bucket 4', '_count 100'],
      { '0.1': 30, '0.5': 5 },
    ],
  ])('a histogram %s, and never less than no request is slower', (_, more, slower) => {
    const lines = ['_bucket{le="0.1"} 70', '_bucket{le="0.5"} 95', ...more].map(line => `http_request_duration_seconds${line}`);
    expect(answers('http_requests_total{code="200"} 100', ...lines)).toEqual({ requests: 100, errors: 0, slower });
  });

  test('OpenTelemetry and ASP.NET: a histogram by status', () => {
    expect(
      answers(
        'http_server_request_duration_seconds_bucket{http_response_status_code="200",le="0.1"} 8',
        'http_server_request_duration_seconds_bucket{http_response_status_code="200",le="+Inf"} 9',
        'http_server_request_duration_seconds_count{http_response_status_code="200"} 9',
        'http_server_request_duration_seconds_bucket{http_response_status_code="500",le="0.1"} 1',
        'http_server_request_duration_seconds_bucket{http_response_status_code="500",le="+Inf"} 1',
        'http_server_request_duration_seconds_count{http_response_status_code="500"} 1',
      ),
    ).toEqual({ requests: 10, errors: 1, slower: { '0.1': 1 } });
  });

  test('Micrometer', () => {
    expect(
      answers('http_server_requests_seconds_count{status="200",uri="/a"} 3', 'http_server_requests_seconds_count{status="502",uri="/a"} 1'),
    ).toEqual({
      requests: 4,
      errors: 1,
      slower: {},
    });
  });

  test('Linkerd’s proxy and Istio’s: what comes in alone, in milliseconds', () => {
    expect(
      answers(
        'response_total{direction="inbound",status_code="200",classification="success"} 7',
        'response_total{direction="inbound",status_code="500",classification="failure"} 2',
        'response_total{direction="outbound",status_code="500",classification="failure"} 50',
        'response_latency_ms_bucket{direction="inbound",le="50"} 5',
        'response_latency_ms_bucket{direction="inbound",le="+Inf"} 9',
        'response_latency_ms_bucket{direction="outbound",le="50"} 1',
      ),
    ).toEqual({ requests: 9, errors: 2, slower: { '0.05': 4 } });
    expect(
      answers(
        'istio_requests_total{reporter="destination",response_code="200"} 5',
        'istio_requests_total{reporter="source",response_code="503"} 5',
        'istio_request_duration_milliseconds_bucket{reporter="destination",le="1"} 2',
        'istio_request_duration_milliseconds_bucket{reporter="destination",le="+Inf"} 5',
      ),
    ).toEqual({ requests: 5, errors: 0, slower: { '0.001': 3 } });
  });

  test('nothing else: an error series that is missing is no error, a page without counters is unknown', () => {
    expect(answers('http_requests_total{code="200"} 3')).toEqual({ requests: 3, errors: 0, slower: {} });
    expect(answers('go_goroutines 3')).toBeNull();
  });

  test('without those of the kubelet’s probes and of our own looks, where a label tells the path', () => {
    const page = samplesOf(
      [
        'http_requests_total{code="200",path="/healthz"} 50',
        'http_requests_total{code="200",path="/metrics"} 9',
        'http_requests_total{code="200",path="/"} 2',
      ].join('\n'),
    );
    expect(answersOf(page, new Set(['/metrics', '/healthz']))?.requests).toBe(2);
  });
});

describe('answers', () => {
  const answered = (...lines: readonly string[]) => answersOf(samplesOf(lines.join('\n')), none);
  const counted = (label: string, value: number): string => `http_requests_total{${label}} ${value}`;

  test('whose status is in words of their own have no count of errors, and never none of them', () => {
    for (const [good, bad] of [
      ['OK', 'failure'],
      ['success', 'error'],
      ['', 'Internal'],
    ])
      expect(answered(counted(`status="${good}"`, 6), counted(`status="${bad}"`, 4))).toMatchObject({ requests: 10, errors: null });
  });

  test('whose status is a number or a class, also beside an empty one, have errors', () => {
    expect(answered(counted('code="2xx"', 6), counted('code="5XX"', 4))).toMatchObject({ requests: 10, errors: 4 });
    expect(answered(counted('code="200"', 5), counted('code="503"', 3), counted('code=""', 1))).toMatchObject({ requests: 9, errors: 3 });
    expect(answered(counted('response_code="0"', 1))).toMatchObject({ requests: 1, errors: 0 });
  });

  test('are never fewer than none', () => {
    expect(answered(counted('code="200"', -5), counted('code="500"', 3))).toMatchObject({ requests: 3, errors: 3 });
  });
});
