import { at, record, records, text } from '../manifests/json.ts';
import { derived } from '../manifests/names.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { actionIn, forwardTo, leadsToCanary, leadsToRoot, portIn, readAction, splitAction, unsupported } from './alb-actions.ts';
import { conditionsFor, conditionsIn, matchesIn, valuesIn } from './alb-conditions.ts';
import { serviceOf } from './backends.ts';
import { serviceIn } from './ingress.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Annotations of an Ingress; undefined is to be taken away. */
export type Annotations = Readonly<Record<string, string | undefined>>;

/** What begins the annotations that the load balancer's controller reads. */
export const ALB = 'alb.ingress.kubernetes.io/';
const BY_ANNOTATION = { name: 'use-annotation' };

/** An Ingress as far as it routes. */
export interface Routing {
  readonly annotations: Annotations;
  readonly rules: readonly Fields[];
  readonly defaultBackend: unknown;
}

/** The Ingress with the root's requests split. In the annotations, only what changes; undefined is to be taken away. */
export function splitRouting(routing: Routing, traffic: Traffic, root: Root): Routing {
  const bare = withoutOurs(routing, root);
  const own = [...backendsIn(bare), bare.defaultBackend].filter(backend => leads(backend, bare, root));
  const actions = own.map(backend => [
    `${ALB}actions.${serviceIn(backend)}`,
    JSON.stringify(splitAction(actionOf(backend, bare), traffic, root)),
  ]);
  const matches = traffic.match ?? [];
  if (matches.length > 0 && leads(bare.defaultBackend, bare, root)) {
    throw unsupported('what no rule matches has no conditions', 'Give the Service a path of its own instead of the default backend.');
  }
  refusePorts(own, bare);
  const asked = (backend: unknown): readonly Fields[] => matches.flatMap(match => conditionsFor(match, comparedFor(backend, bare)));
  const byAnnotation = (backend: unknown): unknown =>
    leads(backend, bare, root) ? { service: { name: serviceIn(backend), port: BY_ANNOTATION } } : backend;
  const rules = mapPaths(bare.rules, path => {
    const main = { ...path, backend: byAnnotation(path.backend) };
    return leads(path.backend, bare, root) ? [...asked(path.backend).map((_, index) => testers(path, index)), main] : [main];
  });
  const annotations = {
    ...gone(routing, root),
    ...Object.fromEntries(actions),
    ...testerAnnotations(own, asked, { routing: bare, root }),
  };
  return { annotations, rules, defaultBackend: byAnnotation(bare.defaultBackend) };
}

/** How each backend that leads to the root splits it. */
export function readRouting(routing: Routing, root: Root): readonly Traffic[] {
  const paths = backendsIn(routing);
  const isTester = (backend: unknown): boolean => isOurs(backend, routing, root);
  return [...paths, routing.defaultBackend].flatMap((backend, index) => {
    if (isTester(backend) || !leads(backend, routing, root)) return [];
    const before = paths.slice(0, Math.min(index, paths.length));
    const ahead = index < paths.length ? before.slice(before.findLastIndex(other => !isTester(other)) + 1) : [];
    const match = matchesIn(ahead.flatMap(other => conditionsIn(routing.annotations[`${ALB}conditions.${serviceIn(other)}`]).slice(-1)));
    const { weights, affinity } = readAction(actionOf(backend, routing), root);
    return [{ weights, ...(match.length > 0 ? { match } : {}), ...(affinity ? { affinity } : {}) }];
  });
}

/** Whether an annotation says what a backend does. */
export const isByAnnotation = (backend: unknown): boolean => at(backend, 'service.port.name') === BY_ANNOTATION.name;

/** Every backend of the rules. */
export const backendsIn = ({ rules }: Routing): readonly unknown[] =>
  rules.flatMap(rule => records(at(rule, 'http.paths')).map(({ backend }) => backend));

/** What a backend does: its annotation's action, or the same in words of an action. */
export function actionOf(backend: unknown, { annotations }: Routing): Fields {
  if (isByAnnotation(backend)) return actionIn(annotations[`${ALB}actions.${serviceIn(backend)}`]) ?? {};
  const port = record(at(backend, 'service.port'));
  return forwardTo(serviceIn(backend), port.number ?? port.name);
}

/** Whether a backend leads requests to the root. */
export const leads = (backend: unknown, routing: Routing, root: Root): boolean => leadsToRoot(actionOf(backend, routing), root);

/** A rule for matched requests: by conditions, to the canary alone. */
function isOurs(backend: unknown, routing: Routing, root: Root): boolean {
  if (!isByAnnotation(backend) || serviceIn(backend) === root.service) return false;
  return routing.annotations[`${ALB}conditions.${serviceIn(backend)}`] !== undefined && leadsToCanary(actionOf(backend, routing), root);
}

/** The Ingress without rules for matched requests. */
export const withoutOurs = (routing: Routing, root: Root): Routing => ({
  ...routing,
  rules: mapPaths(routing.rules, path => (isOurs(path.backend, routing, root) ? [] : [path])),
});

/** The rules with each of their paths made into others. */
export const mapPaths = (rules: readonly Fields[], map: (path: Fields) => readonly Fields[]): readonly Fields[] =>
  rules.map(rule =>
    rule.http === undefined ? rule : { ...rule, http: { ...record(rule.http), paths: records(at(rule, 'http.paths')).flatMap(map) } },
  );

/** The annotations of rules that we added before. */
export function gone(routing: Routing, root: Root): Annotations {
  const names = backendsIn(routing)
    .filter(backend => isOurs(backend, routing, root))
    .map(serviceIn);
  return Object.fromEntries(names.flatMap(name => [`${ALB}actions.${name}`, `${ALB}conditions.${name}`].map(key => [key, undefined])));
}

const testerName = (backend: unknown, index: number): string => derived(`${serviceIn(backend)}-match-${index}`, 'rollout');

const testers = (path: Fields, index: number): Fields => ({
  ...path,
  backend: { service: { name: testerName(path.backend, index), port: BY_ANNOTATION } },
});

/** Where the user's rule has conditions of its own, they hold for the one ahead of it too. */
function testerAnnotations(
  own: readonly unknown[],
  asked: (backend: unknown) => readonly Fields[],
  { routing, root }: { routing: Routing; root: Root },
): Annotations {
  const entries = own.flatMap(backend =>
    asked(backend).flatMap((condition, index) => {
      const name = testerName(backend, index);
      const conditions = [...conditionsIn(routing.annotations[`${ALB}conditions.${serviceIn(backend)}`]), condition];
      const action = forwardTo(serviceOf('canary', root), portIn(actionOf(backend, routing), root));
      return [
        [`${ALB}actions.${name}`, JSON.stringify(action)],
        [`${ALB}conditions.${name}`, JSON.stringify(conditions)],
      ];
    }),
  );
  return Object.fromEntries(entries);
}

/** What the rules of a backend compare with already, where it is most: host and path, and the conditions of the user's own. */
function comparedFor(backend: unknown, { annotations, rules }: Routing): readonly string[] {
  const own = conditionsIn(annotations[`${ALB}conditions.${serviceIn(backend)}`])
    .flatMap(valuesIn)
    .map(text);
  const places = rules.flatMap(rule =>
    records(at(rule, 'http.paths'))
      .filter(path => serviceIn(path.backend) === serviceIn(backend))
      .map(path => [...(rule.host ? [text(rule.host)] : []), ...patternsOf(path), ...own]),
  );
  return places.sort((a, b) => b.length - a.length)[0] ?? own;
}

/** As the controller writes a path: with its prefix, and with what is below it. */
function patternsOf({ path, pathType }: Fields): readonly string[] {
  if (pathType !== 'Prefix') return [text(path)];
  return path === '/' ? ['/*'] : [text(path), `${text(path)}/*`];
}

/** An annotation names one action for a Service, whatever its port. */
function refusePorts(own: readonly unknown[], { annotations }: Routing): void {
  const direct = own.filter(backend => !isByAnnotation(backend));
  const ports = new Set(direct.map(backend => JSON.stringify(at(backend, 'service.port'))));
  const named = direct.find(backend => annotations[`${ALB}actions.${serviceIn(backend)}`] !== undefined);
  if (ports.size < 2 && !named) return;
  const why = named
    ? `there is an action ${serviceIn(named)} already, beside its port`
    : 'one Ingress leads to several ports of the Service';
  throw unsupported(why, 'Give each port an Ingress of its own, and remove actions that are not used.');
}
