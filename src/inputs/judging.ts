/** Combinations of inputs that say how a new version is judged. */
import { isRanked } from '../analysis/gauge.ts';
import type { Inputs } from '../model/request.ts';
import { strategyNamed } from '../strategies/index.ts';
import type { ValueReader } from './reader.ts';
import type { InputName } from './spec.ts';

/** What would ask somebody with the wrong login, or nobody. */
export function judgingFaults(inputs: Inputs, read: ValueReader): readonly string[] {
  return [
    ...loneDetails(read),
    ...loginFaults(inputs, read),
    ...serviceFaults(inputs, read),
    ...unasked(inputs, read),
    ...webFaults(inputs, read),
    ...kayentaFaults(inputs, read),
    ...timelessFaults(inputs, read),
    ...unwatchedFaults(inputs, read),
  ];
}

/** Ten points of 5 s, behind two looks that count for nothing. */
const LEAST_SOAK_SECONDS = 60;

/** Without a fresh baseline, or with a few points, the test of ranks would find what is no fault of the new version, or nothing. */
function kayentaFaults(inputs: Inputs, read: ValueReader): readonly string[] {
  if (!isRanked(inputs)) return [];
  const { action, baseline, soakSeconds } = inputs;
  const name = read.spelling('judge');
  return [
    ...(action === 'deploy' && !baseline
      ? [
          `${name}: kayenta compares the canary with a fresh baseline, and there is none; use strategy canary with ${read.spelling('baseline')}, or judge strict`,
        ]
      : []),
    ...(soakSeconds < LEAST_SOAK_SECONDS
      ? [`${name}: kayenta needs ten points of 5 s a side; set ${read.spelling('soak')} to at least 1m, better 5m`]
      : []),
  ];
}

/** What stands under watch for no time would never be judged, and pass for good. */
function timelessFaults({ soakSeconds, metrics, measures, compares }: Inputs, read: ValueReader): readonly string[] {
  if (read.durationSeconds('soak') !== 0 || soakSeconds > 0) return [];
  const idle = (['metrics', 'compare'] as const).filter(name => (name === 'metrics' ? [...metrics, ...measures] : compares).length > 0);
  return idle.map(
    name =>
      `${read.spelling('soak')}: 0 watches nothing, so ${read.spelling(name)} would never be judged; set a time such as 5m, or leave ${read.spelling(name)} out`,
  );
}

/** A version that takes the place of the old one is never beside it: the deploy would be green, and nothing of what was asked for judged. */
function unwatchedFaults({ action, strategy, soakSeconds }: Inputs, read: ValueReader): readonly string[] {
  if (action === 'analyze' || soakSeconds === 0 || strategyNamed(strategy).place === 'beside') return [];
  const why = `strategy ${strategy} runs no new version beside the old one, so nothing would be judged`;
  const given = (['soak', 'metrics'] as const).filter(name => read.isGiven(name));
  return (given.length > 0 || !read.isGiven('analysis') ? given : (['analysis'] as const)).map(
    name => `${read.spelling(name)}: ${why}; set ${read.spelling('strategy')} to canary, or leave ${read.spelling(name)} out`,
  );
}

/** A key is for the server that gave it. */
function webFaults({ measures, webHeaders }: Inputs, read: ValueReader): readonly string[] {
  const hosts = [...new Set(measures.flatMap(({ from, query }) => (from === 'web' ? [query.split('/').slice(0, 3).join('/')] : [])))];
  if (webHeaders.length === 0 || hosts.length === 1) return [];
  return hosts.length === 0
    ? [`${read.spelling('web-headers')}: no line of ${read.spelling('metrics')} uses web`]
    : [`${read.spelling('web-headers')}: they would go to ${hosts.join(' and to ')}; ask one server by web, and the others by script`];
}

function unasked({ measures, prometheus }: Inputs, read: ValueReader): readonly string[] {
  if (prometheus !== null || read.isGiven('prometheus')) return [];
  return measures
    .filter(({ from }) => from === 'prometheus')
    .map(
      ({ metric }) => `${read.spelling('metrics')}: ${metric} is a query, and ${read.spelling('prometheus')} does not say where to send it`,
    );
}

const DETAILS = [
  'prometheus-token',
  'prometheus-login',
  'prometheus-headers',
  'prometheus-ca',
  'prometheus-certificate',
  'prometheus-key',
] as const;

function loneDetails(read: ValueReader): readonly string[] {
  if (read.isGiven('prometheus')) return [];
  return DETAILS.filter(name => read.isGiven(name)).map(
    name => `${read.spelling(name)}: ${read.spelling('prometheus')} is not set; without it nothing is queried`,
  );
}

function loginFaults({ prometheus }: Inputs, read: ValueReader): readonly string[] {
  if (prometheus === null) return [];
  const { token, login, certificate, key } = prometheus;
  const lacks = (name: InputName, other: InputName): string => `${read.spelling(name)}: it also needs ${read.spelling(other)}`;
  return [
    ...(token !== null && login !== null
      ? [`${read.spelling('prometheus-token')}: ${read.spelling('prometheus-login')} is given too; leave one of them out`]
      : []),
    ...(login !== null && !login.includes(':') ? [`${read.spelling('prometheus-login')}: give user:password`] : []),
    ...(certificate !== null && key === null ? [lacks('prometheus-certificate', 'prometheus-key')] : []),
    ...(certificate === null && key !== null ? [lacks('prometheus-key', 'prometheus-certificate')] : []),
  ];
}

/** The API server speaks to the Service: a login would be its own, and is not handed on. */
function serviceFaults({ prometheus }: Inputs, read: ValueReader): readonly string[] {
  if (prometheus === null || !('service' in prometheus.at)) return [];
  return DETAILS.filter(name => name !== 'prometheus-headers' && read.isGiven(name)).map(
    name => `${read.spelling(name)}: the API server does not pass it on to a Service; set the address of Prometheus instead`,
  );
}

/** It stands beside the old one at 0 %, and no match sends it any. */
function isWithoutRequests({ action, strategy, percentage, match }: Inputs): boolean {
  const { place, reach } = strategyNamed(strategy);
  const isShared = place === 'beside' && (reach === 'share' || reach === 'switch');
  return action !== 'analyze' && isShared && percentage === 0 && match.length === 0;
}

/** Inputs of the analysis that change nothing, and why. */
export function idleInJudging(inputs: Inputs, read: ValueReader): readonly (readonly [boolean, InputName, string])[] {
  const counts = inputs.metrics.length + inputs.measures.filter(({ from }) => from === 'prometheus').length > 0;
  const asked = (['soak', 'metrics', 'compare'] as const).find(name => read.isGiven(name)) ?? 'analysis';
  return [
    [isWithoutRequests(inputs) && inputs.soakSeconds > 0, asked, 'at 0 %: a new version that gets no requests is not watched'],
    [read.isGiven('soak-limit') && inputs.onInconclusive !== 'extend', 'soak-limit', `without ${read.spelling('on-inconclusive')}: extend`],
    [inputs.onInconclusive !== 'fail' && inputs.soakSeconds === 0, 'on-inconclusive', `without ${read.spelling('soak')}`],
    [inputs.judge === 'kayenta' && !isRanked(inputs), 'judge', 'where nothing is compared'],
    [inputs.prometheus !== null && !counts, 'prometheus', `without ${read.spelling('metrics')}`],
    [inputs.prometheus !== null && read.isGiven('metrics-port'), 'metrics-port', `with ${read.spelling('prometheus')}`],
    [inputs.prometheus !== null && read.isGiven('metrics-path'), 'metrics-path', `with ${read.spelling('prometheus')}`],
  ];
}
