import { RolloutError } from '../errors.ts';

/** A mapping of a kubeconfig: every scalar is text. */
export type Fields = Readonly<Record<string, unknown>>;

/** A named cluster, context or user, with the directory that its relative paths start from. */
export interface Named {
  readonly name: string;
  readonly fields: Fields;
  readonly directory: string;
}

/** The named entries of a kubeconfig's list; whatever has no name or no content is left out. */
export function entriesOf(list: unknown, key: 'cluster' | 'context' | 'user', directory: string): readonly Named[] {
  return listOf(list).flatMap(entry => {
    const name = textOf(fieldsOf(entry)?.name);
    const content = fieldsOf(entry)?.[key];
    if (name !== null && isOther(content, 'object'))
      throw new RolloutError('INVALID_KUBECONFIG', `The kubeconfig's ${key} "${name}" must be a mapping.`, 'Correct it.');
    return name === null ? [] : [{ name, fields: fieldsOf(content) ?? {}, directory }];
  });
}

/** The value as a list; anything else is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a mapping, or null. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** The value as text; what YAML writes for nothing is null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && !NOTHING.includes(value) ? value : null;
}

/** Whether it is something, and of another type. */
export const isOther = (value: unknown, type: 'string' | 'object'): boolean =>
  value !== undefined && !NOTHING.includes(value) && (typeof value !== type || Array.isArray(value));

/** In the schema of a kubeconfig every scalar is text, and nothing too. */
const NOTHING: readonly unknown[] = [null, '', '~', 'null'];
