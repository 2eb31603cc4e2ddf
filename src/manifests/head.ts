/** What `apiVersion` and `kind` may be: both become part of an address. */
import { isUnexpanded } from './unexpanded.ts';

/** A field, what its text has to look like, and how that is said. */
const SHAPES: readonly (readonly [path: string, shape: RegExp, says: string])[] = [
  ['apiVersion', /^([a-z0-9][-a-z0-9.]*\/)?[A-Za-z0-9]+$/, 'is no version of an API, such as v1 or apps/v1'],
  ['kind', /^[A-Za-z][A-Za-z0-9]*$/, 'is no kind, such as Deployment'],
];

/** The fields of a head that no API has; what is missing, no text, or not replaced is told elsewhere. */
export const strangeInHead = (value: Readonly<Record<string, unknown>>): readonly { readonly path: string; readonly says: string }[] =>
  SHAPES.flatMap(([path, shape, says]) => {
    const text = value[path];
    return typeof text !== 'string' || text === '' || isUnexpanded(text) || shape.test(text) ? [] : [{ path, says }];
  });
