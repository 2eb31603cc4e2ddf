/** What a record may say: whoever may write ConfigMaps may have written it, so that every field is looked at before anything reads it. */
import type { JsonObject, KubeObject, ManagedField, Metadata, Ref } from '../model/kube.ts';
import type { Created, Holder, Originals, Rollout, Scripted, Tested, Version } from '../model/record.ts';
import type { Match, Traffic } from '../model/stage.ts';
import { DAEMON_SET } from '../workloads/daemon-set.ts';
import { STATEFUL_SET } from '../workloads/stateful-set.ts';
import { CONFIGURATION } from './copied-kinds.ts';
import {
  aCount,
  aFlag,
  aNumber,
  aShare,
  aText,
  aTextLike,
  type Decoder,
  exactly,
  fieldsOf,
  listOf,
  Malformed,
  mapOf,
  nullable,
  oneOf,
  optional,
  orElse,
  shallow,
} from './decoder.ts';
import { isRecord } from './json.ts';
import { aHold, anAnalysis } from './judged-schema.ts';

/** The form of record that is written now; one without a number is of this form too. */
export const FORMAT = 1;

const aName = aTextLike(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'the name of an object');
const aVersionName = aTextLike(/^(?!stable$|baseline$|record$|route$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'the name of a version');
/** As a strategy or a router is called, also one of another version of this tool: never what every object of JavaScript has. */
const aWay = aTextLike(/^(?!constructor$)[a-z][-a-z0-9]*$/, 'a strategy');
const someWays = aTextLike(/^(?!(?:.*,\s*)?constructor(?:$|[\s,]))[a-z][-a-z0-9]*(\s*,\s*[a-z][-a-z0-9]*)*$/, 'a traffic-split-method');
const aKind = aTextLike(/^[A-Za-z][A-Za-z0-9]{0,252}$/, 'a kind');
const anApiVersion = aTextLike(/^[a-z0-9][-a-z0-9.]*(\/[a-z0-9]+)?$/, 'an apiVersion');
const anyJson: Decoder<JsonObject> = (value, path) => {
  if (!isRecord(value)) throw new Malformed(path, 'an object');
  return value as JsonObject;
};

const anOwner = fieldsOf<ManagedField>({
  manager: optional(aText),
  operation: optional(aText),
  subresource: optional(aText),
  apiVersion: optional(aText),
  time: optional(aText),
  fieldsType: optional(aText),
  fieldsV1: optional(anyJson),
});

/** What a file leaves empty (`labels:`) is none. */
const unlessEmpty =
  <T>(decode: Decoder<T>): Decoder<T | undefined> =>
  (value, path) =>
    value === undefined || value === null ? undefined : decode(value, path);

type Named = Pick<Metadata, 'generateName' | 'namespace' | 'uid' | 'resourceVersion' | 'labels' | 'annotations' | 'managedFields'>;

const metadataOf = fieldsOf<Named & { readonly name?: string }>({
  name: optional(aText),
  generateName: optional(aText),
  namespace: optional(aName),
  uid: optional(aText),
  resourceVersion: optional(aText),
  labels: unlessEmpty(mapOf(aText)),
  annotations: unlessEmpty(mapOf(aText)),
  managedFields: optional(listOf(anOwner)),
});

/** An object of the API: what this tool reads of it is checked, all else is put back as it was. */
const anObject: Decoder<KubeObject> = (value, path) => {
  const object = anyJson(value, path);
  shallow(object, path);
  const metadata = anyJson(object.metadata, `${path}.metadata`);
  const named = metadataOf(metadata, `${path}.metadata`);
  if (named.name === undefined && named.generateName === undefined) throw new Malformed(`${path}.metadata.name`, 'a text');
  const kind = aKind(object.kind, `${path}.kind`);
  unlessEmpty(anyJson)(object.spec, `${path}.spec`);
  if (kind === 'ConfigMap' || kind === 'Secret') unlessEmpty(mapOf(aText))(object.data, `${path}.data`);
  return {
    ...object,
    apiVersion: anApiVersion(object.apiVersion, `${path}.apiVersion`),
    kind,
    metadata: { ...metadata, ...named },
  } as KubeObject;
};

const aTemplate: Decoder<JsonObject> = (value, path) => {
  shallow(value, path);
  return anyJson(value, path);
};

const aRef = fieldsOf<Ref>({ apiVersion: anApiVersion, kind: aKind, namespace: optional(aName), name: aText });

const aMatch = fieldsOf<Match>({
  kind: oneOf('header', 'cookie'),
  name: aText,
  value: aText,
  how: oneOf('exact', 'prefix', 'regex'),
});

const aTraffic = fieldsOf<Traffic>({
  weights: fieldsOf<Traffic['weights']>({ stable: optional(aShare), baseline: optional(aShare), canary: optional(aShare) }),
  match: optional(listOf(aMatch)),
  mirrors: optional(mapOf(aShare)),
  affinity: optional(exactly('cookie')),
});

const aTested = fieldsOf<Tested>({ release: aText, files: listOf(anObject), template: aTemplate });

const aRun = fieldsOf<Version['run']>({
  id: aText,
  pipeline: optional(aText),
  number: optional(aNumber),
  name: aText,
  url: optional(aText),
});

const aDistinction = fieldsOf<Version['distinction']>({
  keys: listOf(aText),
  shared: optional(aFlag),
  canary: optional(aVersionName),
  copies: listOf(
    fieldsOf<Version['distinction']['copies'][number]>({
      kind: oneOf(...CONFIGURATION.map(({ kind }) => kind)),
      name: aName,
      as: optional(aName),
    }),
  ),
});

const version = {
  variant: optional(aVersionName),
  release: aText,
  action: oneOf('deploy', 'promote', 'reject', 'retreat'),
  stage: aText,
  done: aFlag,
  percentage: nullable(aShare),
  run: aRun,
  base: nullable(aText),
  begun: optional(aFlag),
  replaced: nullable(aText),
  distinction: aDistinction,
  created: listOf(fieldsOf<Created>({ ref: aRef, uid: optional(aText) })),
  phased: optional(exactly(true)),
  analysis: optional(anAnalysis),
  hold: optional(aHold),
};

/** What is readable in the ConfigMap. */
export type Head = Omit<Rollout, 'originals' | 'tested' | 'others' | 'holder' | 'renewedAt'>;

/** The small values of a record. */
export const aHead = fieldsOf<Head>({
  ...version,
  workload: aName,
  kind: optional(oneOf(STATEFUL_SET.kind, DAEMON_SET.kind)),
  namespace: aName,
  application: aText,
  strategy: aWay,
  router: someWays,
  replicas: aCount,
  whole: optional(exactly(true)),
  nodes: optional(listOf(aName)),
  services: listOf(aName),
  scripted: optional(mapOf(fieldsOf<Scripted>({ traffic: aTraffic, done: aFlag }))),
});

/** Who is at work, or nobody. */
export const aHolder = nullable(
  fieldsOf<Holder>({
    run: aText,
    process: aText,
    name: aText,
    url: optional(aText),
    host: optional(aText),
    pid: optional(aCount),
  }),
);

/** What is compressed in the ConfigMap. */
export interface Contents {
  readonly originals: Originals;
  readonly tested: Tested | null;
  readonly versions: readonly Version[];
}

/** Originals and files of a record. */
export const theContents = fieldsOf<Contents>({
  originals: fieldsOf<Originals>({
    stable: nullable(anObject),
    routes: listOf(fieldsOf<Originals['routes'][number]>({ name: aText, objects: listOf(anObject) })),
    others: listOf(anObject),
  }),
  tested: nullable(aTested),
  versions: orElse(listOf(fieldsOf<Version>({ ...version, tested: nullable(aTested) })), []),
});

/** Secrets: of the files, of what will be put back, and of each further version's files. */
export interface Hidden {
  readonly files: readonly KubeObject[];
  readonly others: readonly KubeObject[];
  readonly versions: readonly (readonly KubeObject[])[];
}

/** What lies in the Secret beside a record. */
export const theHidden = fieldsOf<Hidden>({
  files: orElse(listOf(anObject), []),
  others: orElse(listOf(anObject), []),
  versions: orElse(listOf(listOf(anObject)), []),
});
