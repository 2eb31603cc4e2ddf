import { at, record as fields, items, records, text } from '../../manifests/json.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { picks } from '../../manifests/selectors.ts';
import { labelsOf, texts } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { App } from './app.ts';

/** A port of a Service by which the old and the new pods cannot both be reached. */
export interface MovedPort {
  readonly service: string;
  readonly port: string;
}

type Port = Readonly<Record<string, unknown>>;

/** Ports that the release moves: as the Services are now they miss the new pods, or as the files have them the old ones. */
export function movedPorts(app: App): readonly MovedPort[] {
  const { base, next, routing } = app;
  if (!base || !next) return [];
  return (routing === 'weights' ? app.roots : app.services).flatMap(service => {
    const change = changeOf(service, app);
    return portsOf(change.given)
      .filter(port => isMoved(port, change, { base, next }))
      .map(({ port }) => ({ service: service.metadata.name, port: String(port) }));
  });
}

/** A Service as the rollout found it, and as the files have it. */
export interface Change {
  readonly was: KubeObject;
  readonly given: KubeObject;
}

/** What the files make of a Service: nothing where none of them has it. */
export function changeOf(service: KubeObject, { others, record }: Pick<App, 'others' | 'record'>): Change {
  const isMeant = (object: KubeObject): boolean => keyOf(refOf(object)) === keyOf(refOf(service));
  return { was: record?.originals.others.find(isMeant) ?? service, given: others.find(isMeant) ?? service };
}

interface Templates {
  readonly base: JsonObject;
  readonly next: JsonObject;
}

/** Where a Service leads nobody anyhow, nothing is lost by its change. */
function isMoved(port: Port, { was, given }: Change, { base, next }: Templates): boolean {
  const before = portsOf(was).find(other => other.port === port.port && protocolOf(other) === protocolOf(port));
  if (!before) return false;
  const [old, young] = [targetIn(base, was, before), targetIn(next, given, port)];
  return (old !== null && targetIn(base, given, port) !== old) || (young !== null && targetIn(next, was, before) !== young);
}

/** Whether a Service leads to pods of this template by any of its ports. */
export const leadsTo = (template: JsonObject, service: KubeObject): boolean =>
  service.spec?.type !== 'ExternalName' && portsOf(service).some(port => targetIn(template, service, port) !== null);

const portsOf = ({ spec }: KubeObject): readonly Port[] => records(spec?.ports);
const protocolOf = ({ protocol }: Port): string => text(protocol) || 'TCP';

/** The number at which a Service's port reaches pods of this template; null when it does not. */
function targetIn(template: JsonObject, service: KubeObject, port: Port): unknown {
  if (!picks(texts(service.spec?.selector), labelsOf(template))) return null;
  const target = port.targetPort ?? port.port;
  if (typeof target !== 'string') return target;
  const containers = [...items(at(template, 'spec.containers')), ...items(at(template, 'spec.initContainers'))];
  const named = containers.flatMap(container => records(fields(container).ports)).find(({ name }) => name === target);
  return named?.containerPort ?? null;
}
