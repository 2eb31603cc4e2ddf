/** ingress-nginx: canary annotations. */
import type { JsonObject } from '../../model/kube.ts';
import { stringsAt, textAt } from '../json.ts';
import { cookieOf, headerOf, serviceOfHost } from './conditions.ts';
import type { Backend, Headers, Mirror, Rule } from './split.ts';

/** Whether an Ingress is the canary of another. */
export function isCanary(route: JsonObject): boolean {
  return annotation(route, 'canary') === 'true';
}

/** Where an Ingress copies its requests to. */
export function mirrorsIn(route: JsonObject): readonly Mirror[] {
  const host = /^https?:\/\/([^:/$]+)/.exec(annotation(route, 'mirror-target') ?? '')?.[1];
  return host === undefined ? [] : [{ service: serviceOfHost(host, textAt(route, 'metadata', 'namespace')), percent: 100 }];
}

/** The session cookie that an Ingress hands out; its backends are told apart by their Services. */
export function stickyBy(route: JsonObject): Pick<Backend, 'sticky'> {
  return annotation(route, 'affinity') === 'cookie' ? { sticky: annotation(route, 'session-cookie-name') ?? 'INGRESSCOOKIE' } : {};
}

/**
 * What becomes of the rule that a canary stands beside: first the session cookie decides, whatever the weight is, then the header, then
 * the cookie, then the weight.
 */
export function canaryRules(canary: JsonObject, service: string, main: Rule): readonly Rule[] {
  const sticky = main.backends[0]?.sticky;
  const own: Backend = {
    service,
    weight: 1,
    ...(sticky !== undefined && annotation(canary, 'affinity-canary-behavior') !== 'legacy' ? { sticky } : {}),
  };
  const held = (backend: Backend): readonly Rule[] =>
    backend.sticky === undefined
      ? []
      : [
          {
            ...main,
            matches: headers => main.matches(headers) && cookieOf(headers, sticky ?? '') === backend.service,
            backends: [backend],
          },
        ];
  const decided = (wanted: 'canary' | 'main', backends: Rule['backends']): Rule => ({
    ...main,
    matches: headers => main.matches(headers) && (byHeader(canary, headers) ?? byCookie(canary, headers)) === wanted,
    backends,
  });
  const total = Number(annotation(canary, 'canary-weight-total') ?? 100);
  const weight = Math.min(Number(annotation(canary, 'canary-weight') ?? 0), total);
  const sum = main.backends.reduce((all, backend) => all + backend.weight, 0);
  const rest = main.backends.map(backend => ({ ...backend, weight: (backend.weight / sum) * (total - weight) }));
  return [
    ...main.backends.flatMap(held),
    ...held(own),
    decided('canary', [own]),
    decided('main', main.backends),
    { ...main, backends: [...rest, { ...own, weight }] },
  ];
}

type Decision = 'canary' | 'main' | null;

/** With a value or a pattern the header decides for the canary only; without, `always` and `never` decide. */
function byHeader(canary: JsonObject, headers: Headers): Decision {
  const value = headerOf(headers, annotation(canary, 'canary-by-header') ?? '');
  const exact = annotation(canary, 'canary-by-header-value');
  const pattern = annotation(canary, 'canary-by-header-pattern');
  if (value === undefined) return null;
  if (exact !== undefined) return value === exact ? 'canary' : null;
  if (pattern !== undefined) return new RegExp(pattern).test(value) ? 'canary' : null;
  return alwaysOrNever(value);
}

function byCookie(canary: JsonObject, headers: Headers): Decision {
  return alwaysOrNever(cookieOf(headers, annotation(canary, 'canary-by-cookie') ?? ''));
}

function alwaysOrNever(value: string | undefined): Decision {
  return value === 'always' ? 'canary' : value === 'never' ? 'main' : null;
}

function annotation(route: JsonObject, name: string): string | undefined {
  return stringsAt(route, 'metadata', 'annotations')[`nginx.ingress.kubernetes.io/${name}`];
}
