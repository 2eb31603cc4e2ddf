import type { KubeObject } from '../model/kube.ts';
import type { Manifest } from '../model/request.ts';
import { strangeInHead } from './head.ts';
import { at, isRecord, items, record, text } from './json.ts';
import { type Fault, faultAt, type Place } from './load-faults.ts';
import { isUnexpanded } from './unexpanded.ts';
import { unreplacedIn } from './unreplaced.ts';
import { podTemplatePath } from './workloads.ts';

/** One document of a file, and the line on which a path of it stands. */
export interface Document {
  readonly source: string;
  readonly value: unknown;
  /** Whether its file holds what may be a token that nothing has replaced. */
  readonly isTokened: boolean;
  line(path: string): number;
}

/** An object, and where its fields stand: the place of a path, or the nearest that the file has for it. */
export interface Placed {
  readonly manifest: Manifest;
  place(path: string): Place;
}

/** The objects of a document, and a sentence with file, line and field for each fault. */
export interface Checked {
  readonly found: readonly Placed[];
  readonly faults: readonly Fault[];
}

interface Candidate {
  readonly value: unknown;
  readonly path: string;
}

/** A field that is not what it must be. */
interface Flaw {
  readonly path: string;
  readonly says: string;
}

/** Unfolds lists and checks what every object must have. */
export function check(document: Document): Checked {
  const checked = candidates({ value: document.value, path: '' }).map(candidate => checkObject(document, candidate));
  return { found: checked.flatMap(one => one.found), faults: checked.flatMap(one => one.faults) };
}

/** A sentence for every object that is there twice, naming both places. Names to be generated cannot clash. */
export function duplicates(manifests: readonly Manifest[]): readonly string[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap(manifest => {
    if (!manifest.object.metadata.name) return [];
    const key = identity(manifest.object);
    const other = first.get(key);
    if (other === undefined) first.set(key, manifest);
    return other === undefined ? [] : [`${key} is there twice: ${other.from} and ${manifest.from}`];
  });
}

function identity({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind}${group} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** What kubectl unfolds: `List` and every `<Kind>List` with items, whose items may leave out what the list says. */
function candidates(candidate: Candidate): readonly Candidate[] {
  const { value, path } = candidate;
  if (!isRecord(value)) return [candidate];
  const kind = text(value.kind);
  const unfolds = kind === 'List' || (kind.endsWith('List') && Array.isArray(value.items));
  if (!unfolds) return [candidate];
  if (!Array.isArray(value.items ?? [])) return [{ value: value.items, path: join(path, 'items') }];
  const inherited = kind === 'List' ? {} : { apiVersion: value.apiVersion, kind: kind.slice(0, -'List'.length) };
  return items(value.items).flatMap((item, index) => {
    const place = join(path, `items[${index}]`);
    return candidates({ value: isRecord(item) ? { ...inherited, ...item } : item, path: place });
  });
}

function checkObject(document: Document, { value, path }: Candidate): Checked {
  const place = (inner: string): Place => ({ file: document.source, line: document.line(join(path, inner)) });
  if (isObject(value)) {
    const flaws = flawsOfObject(value);
    if (flaws.length > 0) return { found: [], faults: flaws.map(flaw => faultOf(document, flaw, path)) };
    const from = `${document.source}:${document.line(path)}`;
    const manifest = { object: withoutEmptyNamespace(value), from, ...remarksOn(document, value, path) };
    return { found: [{ manifest, place }], faults: [] };
  }
  if (isRecord(value)) return { found: [], faults: flawsOfHead(value).map(flaw => faultOf(document, flaw, path)) };
  return { found: [], faults: [faultAt(place(''), 'not a Kubernetes object: a mapping with apiVersion, kind and metadata is needed')] };
}

function remarksOn(document: Document, object: KubeObject, prefix: string): Pick<Manifest, 'unreplaced'> {
  const unreplaced = (document.isTokened ? unreplacedIn(object) : []).map(
    ({ path, token }) => `${faultOf(document, { path, says: `still contains ${token}, which was not replaced` }, prefix).text}.`,
  );
  return unreplaced.length > 0 ? { unreplaced } : {};
}

/** `namespace:` without a value means none, as with kubectl. */
function withoutEmptyNamespace(object: KubeObject): KubeObject {
  const { namespace, ...metadata } = object.metadata;
  return namespace ? object : { ...object, metadata };
}

function faultOf(document: Document, flaw: Flaw, prefix: string): Fault {
  const path = join(prefix, flaw.path);
  return faultAt({ file: document.source, line: document.line(path) }, `${path} ${flaw.says}`);
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && flawsOfHead(value).length === 0;
}

function flawsOfHead(value: Readonly<Record<string, unknown>>): readonly Flaw[] {
  if (text(value.apiVersion).startsWith('kustomize.config.k8s.io/'))
    return [{ path: 'kind', says: 'is input for kustomize: name its directory in manifests, and it is rendered' }];
  const head = [...['apiVersion', 'kind'].flatMap(path => requiredText(value, path)), ...strangeInHead(value)];
  if (value.metadata === undefined || value.metadata === null) return [...head, { path: 'metadata', says: 'is missing' }];
  if (!isRecord(value.metadata)) return [...head, { path: 'metadata', says: 'must be a mapping' }];
  return [...head, ...flawsOfName(value), ...flawsOfNamespace(value)];
}

function flawsOfNamespace(value: unknown): readonly Flaw[] {
  return at(value, 'metadata.namespace') === null ? [] : optionalText(value, 'metadata.namespace');
}

function flawsOfName(value: Readonly<Record<string, unknown>>): readonly Flaw[] {
  if (at(value, 'metadata.generateName') !== undefined && at(value, 'metadata.name') === undefined) {
    if (isLasting(value)) return [{ path: 'metadata.name', says: 'is missing: with generateName every deploy would make another one' }];
    return optionalText(value, 'metadata.generateName');
  }
  return requiredText(value, 'metadata.name');
}

/** What a release changes, and never makes anew as it does with Jobs. */
const isLasting = ({ apiVersion, kind }: Readonly<Record<string, unknown>>): boolean =>
  kind === 'Service' ||
  (podTemplatePath({ apiVersion: text(apiVersion), kind: text(kind) }) !== null && !['Job', 'Pod'].includes(text(kind)));

function requiredText(value: unknown, path: string): readonly Flaw[] {
  const found = at(value, path);
  if (found === undefined || found === null || found === '') return [{ path, says: 'is missing' }];
  return optionalText(value, path);
}

function optionalText(value: unknown, path: string): readonly Flaw[] {
  const found = at(value, path);
  if (found === undefined) return [];
  if (typeof found !== 'string') return [{ path, says: mustBeText(found) }];
  return isUnexpanded(found) ? [{ path, says: 'still contains a macro that was not replaced' }] : [];
}

function mustBeText(found: unknown): string {
  return `must be a string, not ${typeName(found)}${typeof found === 'object' ? '' : ': put it in quotes'}`;
}

function typeName(found: unknown): string {
  if (found === null) return 'null';
  if (Array.isArray(found)) return 'a list';
  return typeof found === 'object' ? 'a mapping' : `a ${typeof found}`;
}

/** What the API server would answer with a message that quotes the value. */
function flawsOfObject(object: KubeObject): readonly Flaw[] {
  const template = podTemplatePath(object);
  const templateFlaws =
    template === null
      ? []
      : [
          ...flawsOfTexts(object, join(template, 'metadata.labels')),
          ...flawsOfTexts(object, join(template, 'metadata.annotations')),
          ...flawsOfEnvironment(object, join(template, 'spec')),
        ];
  const encoded = ENCODED.get(object.kind);
  const dataFlaws =
    encoded === undefined
      ? []
      : [...['data', 'stringData', 'binaryData'].flatMap(path => flawsOfTexts(object, path)), ...flawsOfEncoding(object, encoded)];
  return [
    ...flawsOfLife(object),
    ...flawsOfTexts(object, 'metadata.labels'),
    ...flawsOfTexts(object, 'metadata.annotations'),
    ...templateFlaws,
    ...dataFlaws,
  ];
}

/** The longest name that the API takes, but for the kinds of RBAC. */
const longestName = 253;

/** What only one live object can have, and what none can. */
function flawsOfLife({ apiVersion, metadata }: KubeObject): readonly Flaw[] {
  const own = ['uid', 'resourceVersion'].filter(field => at(metadata, field) !== undefined && at(metadata, field) !== null);
  const says = 'belongs to the live object, as written by kubectl get -o yaml: remove it';
  const isTooLong = text(metadata.name).length > longestName && !apiVersion.startsWith('rbac.authorization.k8s.io/');
  return [
    ...own.map(field => ({ path: `metadata.${field}`, says })),
    ...(isTooLong ? [{ path: 'metadata.name', says: `is longer than ${longestName} characters` }] : []),
  ];
}

function join(prefix: string, path: string): string {
  return prefix === '' || path === '' ? prefix + path : `${prefix}.${path}`;
}

/** Null counts as an empty text with the API server. */
function flawsOfTexts(object: KubeObject, path: string): readonly Flaw[] {
  const found = at(object, path);
  if (found === undefined || found === null) return [];
  if (!isRecord(found)) return [{ path, says: 'must be a mapping' }];
  return Object.keys(found)
    .filter(key => typeof found[key] !== 'string' && found[key] !== null)
    .map(key => ({ path: `${path}.${key}`, says: mustBeText(found[key]) }));
}

const ENCODED: ReadonlyMap<string, string> = new Map([
  ['Secret', 'data'],
  ['ConfigMap', 'binaryData'],
]);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value is no part of what is said: it may be a secret. */
function flawsOfEncoding({ kind, ...object }: KubeObject, path: string): readonly Flaw[] {
  const instead = kind === 'Secret' ? '; stringData takes plain text' : '; data takes plain text';
  return Object.entries(record(object[path])).flatMap(([key, value]) =>
    typeof value !== 'string' || isUnexpanded(value) || BASE64.test(value.replace(/[\r\n]/g, ''))
      ? []
      : [{ path: `${path}.${key}`, says: `is not in base64${instead}` }],
  );
}

function flawsOfEnvironment(object: KubeObject, specPath: string): readonly Flaw[] {
  return ['containers', 'initContainers'].flatMap(list =>
    items(at(object, `${specPath}.${list}`)).flatMap((container, index) =>
      items(at(container, 'env')).flatMap((variable, place) => {
        const value = record(variable).value;
        const path = `${specPath}.${list}[${index}].env[${place}].value`;
        return value === undefined || value === null || typeof value === 'string' ? [] : [{ path, says: mustBeText(value) }];
      }),
    ),
  );
}
