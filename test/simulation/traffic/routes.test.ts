import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Live } from '../../../src/model/live.ts';
import type { Match, Traffic } from '../../../src/model/stage.ts';
import { alb } from '../../../src/routers/alb.ts';
import { nginx } from '../../../src/routers/nginx.ts';
import { smi } from '../../../src/routers/smi.ts';
import { choose, cookieFrom } from '../../../src/simulation/traffic/choose.ts';
import { openRouteBook, type RouteBook } from '../../../src/simulation/traffic/route-book.ts';
import type { Headers, Rule } from '../../../src/simulation/traffic/split.ts';
import { applied, liveOf } from '../../contract/routers/cluster.ts';
import { root, rootService } from '../../contract/routers/world.ts';
import { type Case, cases, ingresses, ingressOf } from './cases.ts';

const canMatch = ({ router, versions }: Case): boolean =>
  router.can.includes('header') &&
  !('linkerd.io/ServiceProfile' in versions) &&
  (router !== smi || 'specs.smi-spec.io/HTTPRouteGroup' in versions);
const canMirror = ({ router }: Case): boolean => router.can.includes('mirror');

describe.each(cases)('what the router writes as $name', one => {
  test.each<Traffic['weights']>([
    { stable: 900, canary: 100 },
    { stable: 1000, canary: 0 },
    { stable: 0, canary: 1000 },
    { stable: 800, baseline: 100, canary: 100 },
  ])('splits by weight: %p', weights => {
    expect(split(one, { weights }, {})).toEqual(expected(one, weights));
  });

  test('says what the user wrote before anything was split', () => {
    expect(shares(ruleFor(bookOf(liveOf(worldOf(one))), one.entry, {}))).toEqual(one.objects.length === 0 ? null : { web: 1 });
  });
});

const header: Match = { kind: 'header', name: 'X-Beta', value: 'yes', how: 'exact' };

/** What does not match stays: with SMI it goes past the split, to the root. */
const unmatched = (one: Case): unknown => (one.router === smi ? { web: 1 } : expected(one, { stable: 1000, canary: 0 }));

describe.each(cases.filter(canMatch))('what the router writes as $name', one => {
  test('leads matched requests to the canary and leaves all others', () => {
    const traffic: Traffic = { weights: { stable: 1000, canary: 0 }, match: [header] };
    expect(split(one, traffic, { 'x-beta': 'yes' })).toEqual({ 'web-canary': 1 });
    expect(split(one, traffic, { 'x-beta': 'no' })).toEqual(unmatched(one));
    expect(split(one, traffic, {})).toEqual(unmatched(one));
  });

  test('matches by the beginning of a header', () => {
    const traffic: Traffic = { weights: { stable: 1000, canary: 0 }, match: [{ ...header, how: 'prefix' }] };
    expect(split(one, traffic, { 'x-beta': 'yes-or-no' })).toEqual({ 'web-canary': 1 });
    expect(split(one, traffic, { 'x-beta': 'no' })).toEqual(unmatched(one));
  });
});

const cookie: Match = { kind: 'cookie', name: 'beta', value: 'always', how: 'exact' };

describe.each(cases.filter(one => canMatch(one) && one.router.can.includes('cookie')))('what the router writes as $name', one => {
  test('leads requests with a cookie to the canary and leaves all others', () => {
    const traffic: Traffic = { weights: { stable: 1000, canary: 0 }, match: [cookie] };
    expect(split(one, traffic, { cookie: 'a=b; beta=always' })).toEqual({ 'web-canary': 1 });
    expect(split(one, traffic, { cookie: 'beta=1; notbeta=always' })).toEqual(unmatched(one));
  });
});

const canKeep = ({ router, versions }: Case): boolean => router.can.includes('affinity') && !('linkerd.io/ServiceProfile' in versions);
const KEPT: Traffic = { weights: { stable: 500, canary: 500 }, affinity: 'cookie' };
/** Draws from everywhere between 0 and 1. */
const lots = [0.05, 0.3, 0.45, 0.55, 0.7, 0.95];

describe.each(cases.filter(canKeep))('what the router writes as $name', one => {
  test('hands out a cookie that keeps a user on his version while the share grows', () => {
    const more = next(set(one, KEPT), one, { ...KEPT, weights: { stable: 250, canary: 750 } });
    const comers = lots.map(lot => ask(set(one, KEPT), one.entry, { lot }));
    expect(new Set(comers.map(({ service }) => service)).size).toBe(2);
    for (const { service, cookie } of comers) {
      expect(lots.map(lot => ask(more, one.entry, { lot, cookie }).service)).toEqual(lots.map(() => service));
    }
  });

  test('lets nobody stay on the canary once stable has all requests again', () => {
    const back = next(set(one, KEPT), one, { weights: { stable: 1000 } });
    for (const { cookie } of lots.map(lot => ask(set(one, KEPT), one.entry, { lot }))) {
      expect(lots.map(lot => ask(back, one.entry, { lot, cookie }).service)).toEqual(lots.map(() => 'web'));
    }
  });
});

// The cookie of a load balancer names a target group, which goes with its canary; the simulated one knows no ARNs.
describe.each(cases.filter(one => canKeep(one) && one.router !== alb))('what the router writes as $name', one => {
  test('draws users of a rejected canary anew when the next one comes', () => {
    const first = set(besides(one, canary('first')), KEPT);
    const bound = lots.map(lot => ask(first, one.entry, { lot })).find(({ service }) => service === 'web-canary');
    const second = set(besides(one, canary('second')), { ...KEPT, weights: { stable: 990, canary: 10 } });
    expect(bound).toBeDefined();
    expect(ask(second, one.entry, { lot: 0.05, ...(bound ? { cookie: bound.cookie } : {}) }).service).toBe('web');
  });
});

const canary = (uid: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-canary', namespace: 'demo', uid },
});

const besides = (one: Case, object: KubeObject): Case => ({ ...one, objects: [...one.objects, object] });

test('a session cookie of the user’s own Ingress leads to no canary without a share', () => {
  const own = ingressOf('nginx');
  const annotated = { ...own, metadata: { ...own.metadata, annotations: { 'nginx.ingress.kubernetes.io/affinity': 'cookie' } } };
  const one: Case = { name: 'Ingress', router: nginx, entry: 'route/web', objects: [annotated], versions: ingresses };
  const canary = ask(set(one, { weights: { stable: 0, canary: 1000 } }), one.entry, { lot: 0.5 });
  expect(canary).toEqual({ service: 'web-canary', cookie: 'INGRESSCOOKIE=web-canary' });
  expect(ask(set(one, { weights: { stable: 1000, canary: 0 } }), one.entry, { lot: 0.5, cookie: canary.cookie }).service).toBe('web');
});

describe.each(cases.filter(canMirror))('what the router writes as $name', one => {
  test('copies requests to the canary, and its answers go nowhere', () => {
    const rule = ruleFor(bookOf(set(one, { weights: { stable: 1000 }, mirrors: { canary: 100 } })), one.entry, {});
    expect(rule?.mirrors).toEqual([{ service: 'web-canary', percent: 100 }]);
    expect(positive(shares(rule))).toEqual(expected(one, { stable: 1000 }));
  });
});

const set = (one: Case, traffic: Traffic): Live => next(liveOf(worldOf(one)), one, traffic);

const next = (live: Live, { router }: Case, traffic: Traffic): Live => applied(live, router.render(traffic, root, live));

/** Who answers a request, and the cookie that comes with the answer. */
function ask(live: Live, entry: string, { lot, cookie }: { readonly lot: number; readonly cookie?: string }) {
  const headers: Headers = cookie ? { cookie } : {};
  const backend = choose(ruleFor(bookOf(live), entry, headers)?.backends ?? [], lot, headers);
  return { service: backend?.service ?? '', cookie: (backend && cookieFrom(backend)?.split(';')[0]) ?? '' };
}

const worldOf = ({ name, objects, versions }: Case) => ({ name, objects: [rootService, ...objects], versions });

/** Shares by Service of the rule that takes a request, those without any left out. */
const split = (one: Case, traffic: Traffic, headers: Headers): unknown =>
  positive(shares(ruleFor(bookOf(set(one, traffic)), one.entry, headers)));

/** The user's Service stands for stable but with SMI, where no root may be its own backend; ingress-nginx has one canary for both. */
function expected({ router }: Case, { stable = 0, baseline = 0, canary = 0 }: Traffic['weights']): unknown {
  const variants =
    router === nginx ? { 'web-canary': (baseline + canary) / 1000 } : { 'web-baseline': baseline / 1000, 'web-canary': canary / 1000 };
  return positive({ [router === smi ? 'web-stable' : 'web']: stable / 1000, ...variants });
}

function positive(all: Readonly<Record<string, number>> | null): unknown {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([, share]) => share > 0));
}

function shares(rule: Rule | undefined): Readonly<Record<string, number>> | null {
  if (rule === undefined) return null;
  const total = rule.backends.reduce((sum, { weight }) => sum + weight, 0);
  return Object.fromEntries(rule.backends.map(({ service, weight }) => [service, Math.round((weight / total) * 1000) / 1000]));
}

function bookOf({ objects }: Live): RouteBook {
  const book = openRouteBook();
  for (const object of Object.values(objects)) {
    const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
    book.take({
      type: 'ADDED',
      key: `${group}/${pluralOf(object.kind)}`,
      object: JSON.parse(JSON.stringify(object)),
      previous: undefined,
      version: 1,
    });
  }
  return book;
}

const pluralOf = (kind: string): string => `${kind.toLowerCase()}s`.replace(/sss$/, 'sses').replace(/ys$/, 'ies');

const ruleFor = (book: RouteBook, entry: string, headers: Headers): Rule | undefined =>
  book
    .splits('demo')
    .find(({ entries }) => entries.includes(entry))
    ?.rules.find(rule => rule.matches(headers));
