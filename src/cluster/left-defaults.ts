import type { KubeObject } from '../model/kube.ts';
import { type Fields, fieldsOf } from './kubeconfig-fields.ts';
import { valueAt } from './pointer.ts';

interface Discriminated {
  /** Where the type stands that goes without the field beside it. */
  readonly at: readonly [string, string];
  readonly type: string;
}

const FORBIDDEN: readonly Discriminated[] = [
  { at: ['spec', 'strategy'], type: 'Recreate' },
  { at: ['spec', 'updateStrategy'], type: 'OnDelete' },
];

/**
 * What the API server has put into an object by default, and forbids beside what the file says now (`rollingUpdate` of a Deployment whose file brings
 * `Recreate`). Nobody owns it, so no apply drops it: the applier has to own it first. Null for nothing.
 */
export function leftDefaults(live: KubeObject, file: KubeObject): Fields | null {
  const found = FORBIDDEN.find(({ at, type }) => valueAt(file, `/${at.join('/')}/type`) === type);
  if (!found || !file.apiVersion.startsWith('apps/')) return null;
  const [outer, inner] = found.at;
  const pointer = `/${outer}/${inner}/rollingUpdate`;
  const left = fieldsOf(valueAt(live, pointer));
  if (left === null || fieldsOf(valueAt(file, pointer)) !== null) return null;
  const owned = Object.fromEntries(Object.keys(left).map(key => [`f:${key}`, {}]));
  return { [`f:${outer}`]: { [`f:${inner}`]: { 'f:rollingUpdate': { '.': {}, ...owned } } } };
}
