import { RolloutError } from '../errors.ts';
import type { Collection, KubeObject, Ref, ServedKind } from '../model/kube.ts';
import { type Api, objectOf, placeOf, subjectOf } from './api.ts';
import { fieldsOf, listOf } from './kubeconfig-fields.ts';
import { collectionPath, objectPath, query } from './paths.ts';
import { strange } from './strange.ts';

const PAGE = 500;
// No cluster has a million objects of a kind: who has still more pages is no API server.
const MOST_PAGES = 2000;

/** The objects of a kind at one moment. */
export interface Snapshot {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** The object, or null when there is none or its kind is not served. */
export async function get(api: Api, ref: Ref): Promise<KubeObject | null> {
  const kind = await api.discovery.find(ref.apiVersion, ref.kind);
  return kind === null ? null : getServed(api, kind, ref);
}

/** As `get`, of a kind that is known to be served. */
export async function getServed(api: Api, kind: ServedKind, ref: Ref): Promise<KubeObject | null> {
  const namespace = placeOf(api, kind, ref.namespace);
  const about = subjectOf('get', kind, { namespace, name: ref.name });
  try {
    return objectOf(await api.requests.json({ method: 'GET', path: objectPath(kind, namespace, ref.name), about, repeatable: true }));
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** All objects of the collection; none when the kind is not served. */
export async function list(api: Api, of: Collection): Promise<readonly KubeObject[]> {
  const kind = await api.discovery.find(of.apiVersion, of.kind);
  return kind === null ? [] : (await snapshot(api, kind, of)).objects;
}

/** All objects of the collection and the moment that they are of. */
export async function snapshot(api: Api, kind: ServedKind, of: Collection): Promise<Snapshot> {
  const first = await page(api, { kind, of, limit: PAGE });
  try {
    return await rest(api, { kind, of, limit: PAGE }, first);
  } catch (error) {
    // The rest of a list expires after some minutes: then once more, in one piece.
    if (error instanceof RolloutError && error.code === 'NOT_FOUND') return page(api, { kind, of });
    throw error;
  }
}

interface PageOf {
  readonly kind: ServedKind;
  readonly of: Collection;
  readonly limit?: number;
  readonly continue?: string;
}

interface Page extends Snapshot {
  readonly continue: string;
}

async function rest(api: Api, wanted: PageOf, first: Page): Promise<Snapshot> {
  const pages = [first];
  const seen = new Set<string>();
  let last = first;
  while (last.continue !== '') {
    if (seen.has(last.continue) || pages.length === MOST_PAGES) throw strange('a list that has no end');
    seen.add(last.continue);
    last = await page(api, { ...wanted, continue: last.continue });
    pages.push(last);
  }
  return { resourceVersion: last.resourceVersion, objects: pages.flatMap(({ objects }) => objects) };
}

async function page(api: Api, wanted: PageOf): Promise<Page> {
  const { kind, of } = wanted;
  const namespace = of.namespace === undefined || !kind.namespaced ? null : of.namespace;
  const parameters = { labelSelector: of.labels, fieldSelector: of.fields, limit: wanted.limit, continue: wanted.continue };
  const path = collectionPath(kind, namespace) + query(parameters);
  const about = subjectOf('list', kind, { namespace, name: null });
  const answer = fieldsOf(await api.requests.json({ method: 'GET', path, about, repeatable: true }));
  if (answer === null || !('items' in answer)) throw strange('what is no list');
  const metadata = fieldsOf(answer.metadata) ?? {};
  return {
    objects: listOf(answer.items).map(item => objectOf({ ...(fieldsOf(item) ?? {}), apiVersion: kind.apiVersion, kind: kind.kind })),
    resourceVersion: String(metadata.resourceVersion ?? ''),
    continue: String(metadata.continue ?? ''),
  };
}
