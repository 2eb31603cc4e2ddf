import type { Manifest } from '../model/request.ts';
import { canonical, hash } from './json.ts';

/** The name of a release: 10 hex digits over the rendered files, whatever the order of their documents and fields. */
export function release(manifests: readonly Manifest[]): string {
  return hash(manifests.map(({ object }) => canonical(object)).sort());
}
