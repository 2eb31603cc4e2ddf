/** Who gets fields back that a patch of ours wrote as `kubectl`, by `metadata.managedFields` alone. */
import type { JsonObject, KubeObject, ManagedField, PatchOperation } from '../model/kube.ts';
import { isRecord, record, same } from './json.ts';
import { isOfApply } from './owners.ts';

/** In which client-side apply remembers the file. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Path = readonly string[];

/** What an owner gets back. */
interface Gift {
  readonly to: ManagedField;
  readonly paths: readonly Path[];
}

/**
 * The patch after which client-side apply remembers a Deployment with this template, so that the next one drops what came back with it and
 * its file does not have; empty where it remembers nothing.
 */
export function remembering(live: KubeObject, template: JsonObject): readonly PatchOperation[] {
  const written = live.metadata.annotations?.[LAST_APPLIED];
  const file = written === undefined ? {} : parsed(written);
  if (!isRecord(file.spec)) return [];
  const value = `${JSON.stringify({ ...file, spec: { ...file.spec, template } })}\n`;
  return [{ op: 'replace', path: `/metadata/annotations/${LAST_APPLIED.replaceAll('/', '~1')}`, value }];
}

/** Anybody may write an annotation. */
function parsed(written: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(written));
  } catch {
    return {};
  }
}

/**
 * The JSON patch of `metadata.managedFields`, which gives every field to who owned it `before` the patch of ours, and what nobody owned to kubectl's
 * apply. `before` is empty where the owners are not known any more. The patch is empty when no patch of ours owns anything that has another heir.
 */
export function handedBack(after: readonly ManagedField[], before: readonly ManagedField[]): readonly PatchOperation[] {
  const index = after.findIndex(isPatch);
  const ours = after[index];
  if (!ours) return [];
  const gifts = giftsOf(ours, after, before);
  const given = gifts.flatMap(({ to, paths }) => (isSameOwner(to, ours) ? [] : paths));
  const nobodys = pathsOf(ours.fieldsV1).filter(isLastApplied);
  if (given.length === 0 && nobodys.length === 0) return [];
  const own = gifts.flatMap(({ to, paths }) => (isSameOwner(to, ours) ? paths : []));
  const left = fieldsFrom([...own, ...without(pathsOf(ours.fieldsV1), [...given, ...own, ...nobodys])]);
  const changes = after.flatMap((entry, i) => (i === index ? [] : enrich(entry, i, gifts)));
  const gone = gifts.filter(({ to }) => !after.some(entry => isSameOwner(entry, to)));
  const path = `/metadata/managedFields/${index}`;
  return [
    ...changes,
    { op: 'test', path, value: ours },
    Object.keys(left).length === 0 ? { op: 'remove', path } : { op: 'replace', path: `${path}/fieldsV1`, value: left },
    ...gone.map(
      ({ to, paths }) => ({ op: 'add', path: '/metadata/managedFields/-', value: { ...to, fieldsV1: fieldsFrom(paths) } }) as const,
    ),
  ];
}

function enrich(entry: ManagedField, index: number, gifts: readonly Gift[]): readonly PatchOperation[] {
  const gained = gifts.filter(({ to }) => isSameOwner(entry, to)).flatMap(({ paths }) => paths);
  if (gained.length === 0) return [];
  const path = `/metadata/managedFields/${index}`;
  const owned = pathsOf(entry.fieldsV1);
  return [
    { op: 'test', path, value: entry },
    { op: 'replace', path: `${path}/fieldsV1`, value: fieldsFrom([...owned, ...without(gained, owned)]) },
  ];
}

function giftsOf(ours: ManagedField, after: readonly ManagedField[], before: readonly ManagedField[]): readonly Gift[] {
  const written = pathsOf(ours.fieldsV1);
  // Field paths belong to a version, and those of another one cannot be compared.
  const isComparable = (entry: ManagedField): boolean => !entry.subresource && entry.apiVersion === ours.apiVersion;
  const earlier = before.filter(isComparable).map(to => ({ to, paths: common(written, pathsOf(to.fieldsV1)) }));
  const rest = without(
    written.filter(path => !isLastApplied(path)),
    earlier.flatMap(({ paths }) => paths),
  );
  const known = [...after, ...before].filter(isComparable);
  const heir = known.find(isOfApply) ?? known.find(({ manager }) => manager === 'kubectl-client-side-apply');
  const gifts = heir ? [...earlier, { to: heir, paths: rest }] : earlier;
  return merged(gifts.filter(({ paths }) => paths.length > 0));
}

function merged(gifts: readonly Gift[]): readonly Gift[] {
  const owners = gifts.filter(({ to }, i) => gifts.findIndex(other => isSameOwner(other.to, to)) === i);
  return owners.map(({ to }) => ({ to, paths: gifts.filter(other => isSameOwner(other.to, to)).flatMap(({ paths }) => paths) }));
}

/** Whom it belonged to gets it; as anybody else's, the next server-side apply would drop it, and the next client-side one not prune. */
const isLastApplied = (path: Path): boolean => path.at(-1) === `f:${LAST_APPLIED}`;

const isPatch = ({ manager, operation, subresource }: ManagedField): boolean =>
  manager === 'kubectl' && operation === 'Update' && !subresource;

const isSameOwner = (a: ManagedField, b: ManagedField): boolean =>
  same([a.manager, a.operation, a.subresource ?? '', a.apiVersion], [b.manager, b.operation, b.subresource ?? '', b.apiVersion]);

/** Every field of a set; `.` stands for the map or the item itself. */
function pathsOf(fields: unknown, above: Path = []): readonly Path[] {
  return Object.entries(record(fields)).flatMap(([key, below]) => {
    if (key === '.') return [above];
    return Object.keys(record(below)).length === 0 ? [[...above, key]] : pathsOf(below, [...above, key]);
  });
}

function fieldsFrom(paths: readonly Path[]): JsonObject {
  const keys = [...new Set(paths.flatMap(([key]) => key ?? []))];
  const entries = keys.map(key => {
    const below = paths.filter(([first]) => first === key).map(path => path.slice(1));
    const nested = fieldsFrom(below.filter(path => path.length > 0));
    const isItself = below.some(path => path.length === 0) && Object.keys(nested).length > 0;
    return [key, isItself ? { '.': {}, ...nested } : nested] as const;
  });
  return Object.fromEntries(entries);
}

const common = (paths: readonly Path[], others: readonly Path[]): readonly Path[] => without(paths, without(paths, others));

function without(paths: readonly Path[], others: readonly Path[]): readonly Path[] {
  const known = new Set(others.map(path => JSON.stringify(path)));
  return paths.filter(path => !known.has(JSON.stringify(path)));
}
