import { number, records, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import type { Role, Weights } from '../model/stage.ts';
import { type Backend, roleOf, serviceOf, split } from './backends.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The largest weight of a backendRef. */
const LIMIT = 1_000_000;

/** A rule's backendRefs; a missing weight means 1. */
export const backendsOf = (rule: Fields, root: Root): readonly Backend[] =>
  records(rule.backendRefs).map(fields => ({
    role: roleOfRef(fields, root),
    group: String(fields.port ?? ''),
    weight: number(fields.weight, 1),
    fields,
  }));

/** Which of our roles a reference to a backend means: null for other Services, kinds and namespaces. */
export const roleOfRef = (ref: Fields, root: Root): Role | null => (isServiceOf(ref, root) ? roleOf(text(ref.name), root) : null);

/** Whether a reference to a backend means a Service of the root's namespace. */
export function isServiceOf({ group, kind, namespace }: Fields, root: Root): boolean {
  const isService = ['', 'core'].includes(text(group)) && [undefined, 'Service'].includes(kind === undefined ? kind : text(kind));
  return isService && [undefined, root.namespace].includes(namespace === undefined ? namespace : text(namespace));
}

/** The same entry for the Service of a role. */
export const refTo = (role: Role, fields: Fields, root: Root): Fields => ({ ...fields, name: serviceOf(role, root) });

/** The backendRefs with the root's share split. */
export const splitRefs = (backends: readonly Backend[], weights: Weights, root: Root): readonly Backend[] =>
  split(backends, weights, LIMIT).map(entry => ({
    ...entry,
    fields: { ...(entry.role ? refTo(entry.role, entry.fields, root) : entry.fields), weight: entry.weight },
  }));
