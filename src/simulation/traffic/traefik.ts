/** Traefik: IngressRoute and the TraefikServices behind it. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';
import type { Backend, Known, Mirror, RouteKind, Rule } from './split.ts';
import { ruleHolds } from './traefik-rule.ts';

const services = 'traefik.io/traefikservices';

/** IngressRoute: rules by priority, the length of a rule where none is given; TraefikServices split and mirror. */
export const ingressRoute: RouteKind = {
  key: 'traefik.io/ingressroutes',
  behind: [services],
  read: (route, known) => ({
    entries: [`route/${textAt(route, 'metadata', 'name')}`],
    rules: byPriority(listAt(route, 'spec', 'routes').filter(isObject)).map(rule => ruleOf(rule, known)),
  }),
};

function byPriority(routes: readonly JsonObject[]): readonly JsonObject[] {
  const priority = (route: JsonObject): number => numberAt(route, 0, 'priority') || textAt(route, 'match').length;
  return [...routes].sort((a, b) => priority(b) - priority(a));
}

function ruleOf(route: JsonObject, known: Known): Rule {
  return { matches: headers => ruleHolds(textAt(route, 'match'), headers), ...weighted(listAt(route, 'services'), known) };
}

/** Where requests go, and where copies of them: percents are of all requests of the rule. */
interface Reach {
  readonly backends: readonly Backend[];
  readonly mirrors: readonly Mirror[];
}

function weighted(entries: readonly Json[], known: Known): Reach {
  const all = entries.map(entry => ({ weight: numberAt(entry, 1, 'weight'), reach: reachOf(entry, known) }));
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  return {
    backends: all.flatMap(({ weight, reach }) => scaled(reach.backends, weight)),
    mirrors: all.flatMap(({ weight, reach }) => reach.mirrors.map(mirror => ({ ...mirror, percent: (mirror.percent * weight) / total }))),
  };
}

/** The backends with weights that add up to one given. */
function scaled(backends: readonly Backend[], weight: number): readonly Backend[] {
  const sum = backends.reduce((all, backend) => all + backend.weight, 0);
  return backends.map(backend => ({ ...backend, weight: sum === 0 ? 0 : (backend.weight / sum) * weight }));
}

/** By the cookie of a TraefikService a user comes back to the same one of its services. */
function sticking(reach: Reach, service: JsonObject): Reach {
  const cookie = at(service, 'spec', 'weighted', 'sticky', 'cookie');
  if (cookie === undefined) return reach;
  const sticky = textAt(cookie, 'name') || textAt(service, 'metadata', 'name');
  return { ...reach, backends: reach.backends.map(backend => ({ ...backend, sticky })) };
}

function reachOf(entry: Json, known: Known): Reach {
  const name = textAt(entry, 'name');
  if (textAt(entry, 'kind') !== 'TraefikService') return { backends: [{ service: name, weight: 1 }], mirrors: [] };
  const service = known(services).find(object => textAt(object, 'metadata', 'name') === name);
  if (service === undefined) return { backends: [], mirrors: [] };
  const mirroring = at(service, 'spec', 'mirroring');
  if (mirroring === undefined) return sticking(weighted(listAt(service, 'spec', 'weighted', 'services'), known), service);
  const { backends, mirrors } = reachOf(mirroring, known);
  const copies = listAt(mirroring, 'mirrors').map(mirror => ({ service: textAt(mirror, 'name'), percent: numberAt(mirror, 0, 'percent') }));
  return { backends, mirrors: [...mirrors, ...copies] };
}
