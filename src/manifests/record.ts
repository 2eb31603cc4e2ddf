import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { RolloutError } from '../errors.ts';
import type { Collection, KubeObject } from '../model/kube.ts';
import type { Rollout, Tested } from '../model/record.ts';
import { isWorkload, titleOf } from '../workloads/index.ts';
import { Malformed } from './decoder.ts';
import { record, text } from './json.ts';
import { derived, ourLabels, VARIANT } from './names.ts';
import { aHead, aHolder, type Contents, FORMAT, type Hidden, theContents, theHidden } from './record-schema.ts';
import { withoutEnded } from './versions.ts';

/** The most that one ConfigMap may hold, with room for its own metadata. */
const MOST_BYTES = 1_000_000;

/** The most that its contents may be unpacked: a kilobyte of Brotli can become a gigabyte. */
const MOST_UNPACKED = 4_000_000;

/** A record as it is stored: a ConfigMap, and a Secret of the same name where the files or the originals hold Secrets. */
export interface Stored {
  readonly configMap: KubeObject;
  readonly secret: KubeObject | null;
}

/** Name of a workload's record. */
export const recordName = (workload: string): string => derived(workload, 'rollout');

/** The records of a namespace, whosever they are. */
export const recordsOf = (namespace: string): Collection => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  labels: `${VARIANT}=record`,
});

/**
 * The record as objects of the API. Small values are readable by a person; files and originals are compressed (Brotli, whose window spans
 * a template and its copy).
 * @throws RolloutError RECORD_TOO_LARGE beyond 1 MB.
 */
export function encode(rollout: Rollout): Stored {
  const { originals, tested, others = [], holder, renewedAt, ...head } = rollout;
  const [open, secret] = split({ originals, tested, versions: others });
  const hasSecrets = secret.files.length + secret.others.length + secret.versions.flat().length > 0;
  const configMap = stored('ConfigMap', rollout, {
    data: {
      rollout: JSON.stringify({ format: FORMAT, ...head }),
      holder: JSON.stringify(holder),
      renewedAt: String(renewedAt),
      secrets: String(hasSecrets),
    },
    binaryData: { contents: compress(open) },
  });
  const hidden = hasSecrets ? stored('Secret', rollout, { type: 'Opaque', data: { contents: compress(secret) } }) : null;
  if ([configMap, hidden].some(object => JSON.stringify(object).length > MOST_BYTES)) {
    throw new RolloutError(
      'RECORD_TOO_LARGE',
      `the record of ${titleOf({ ...rollout, name: rollout.workload })} is larger than 1 MB, even compressed`,
      'Move large ConfigMaps and Secrets out of the files of the rollout and apply them in a separate step.',
    );
  }
  return { configMap, secret: hidden };
}

/** Whether a record says that there is a Secret beside it. */
export const hidesSecrets = ({ data }: KubeObject): boolean => data?.secrets === 'true';

/** What a ConfigMap comes to as a record: none of ours, a rollout, or one that cannot be read and why. */
export type Reading =
  | { readonly state: 'none' }
  | { readonly state: 'rollout'; readonly rollout: Rollout }
  | { readonly state: 'broken'; readonly why: string };

interface Known {
  readonly secret: KubeObject | null;
  readonly reading: Reading;
}

/** What is read never changes, and every workload of a request asks for the records of all. */
const known = new WeakMap<KubeObject, Known>();

/** Reads a record. */
export function readRecord(configMap: KubeObject, secret: KubeObject | null): Reading {
  const before = known.get(configMap);
  if (before && before.secret === secret) return before.reading;
  const reading = readingOf(configMap, secret);
  known.set(configMap, { secret, reading });
  return reading;
}

/** The rollout that a record tells of; null when the object is no record of ours, or cannot be read. */
export function decode(configMap: KubeObject, secret: KubeObject | null): Rollout | null {
  const reading = readRecord(configMap, secret);
  return reading.state === 'rollout' ? reading.rollout : null;
}

function readingOf(configMap: KubeObject, secret: KubeObject | null): Reading {
  if (configMap.metadata.labels?.[VARIANT] !== 'record') return { state: 'none' };
  try {
    return { state: 'rollout', rollout: unpacked(configMap, secret) };
  } catch (error) {
    // Whatever is thrown on the way says that somebody else wrote it: the record must bar nobody's way but its own workload's.
    return { state: 'broken', why: error instanceof Malformed ? error.message : 'it is not what this tool writes' };
  }
}

function unpacked({ metadata, data, binaryData }: KubeObject, secret: KubeObject | null): Rollout {
  const { rollout = '', holder: held = 'null', renewedAt: renewed = 0 } = data ?? {};
  const written = record(parsed(rollout, 'data.rollout'));
  const { format = FORMAT } = written;
  if (format !== FORMAT) throw new Malformed('its format', `${FORMAT}: another version of this tool has written it`);
  const head = aHead(written, 'data.rollout');
  const holder = aHolder(parsed(held, 'data.holder'), 'data.holder');
  const renewedAt = Number(renewed);
  if (!Number.isFinite(renewedAt)) throw new Malformed('data.renewedAt', 'a number');
  if (!isOfThis(head, { metadata })) throw new Malformed('data.rollout.workload', 'the workload that the ConfigMap is named after');
  const open = opened(text(record(binaryData).contents));
  const hidden = theHidden(
    secret ? decompress(text(record(secret.data).contents), 'contents of the Secret') : {},
    'contents of the Secret',
  );
  const { versions, ...contents } = join(open, hidden);
  const isOwn = (object: KubeObject): boolean => isWorkload(object, { kind: head.kind, name: head.workload, namespace: head.namespace });
  if (contents.originals.stable && !isOwn(contents.originals.stable)) throw new Malformed('contents.originals.stable', 'the workload');
  return withoutEnded({ ...head, holder, renewedAt, ...contents, ...(versions.length > 0 ? { others: versions } : {}) });
}

/** How many contents are kept unpacked: as many workloads as most requests have. */
const MOST_KEPT = 8;
const kept = new Map<string, Contents>();

/** The contents, unpacked once: each read gives another ConfigMap, and a renewed claim changes nothing in its contents. */
function opened(packed: string): Contents {
  const before = kept.get(packed);
  if (before) return before;
  const contents = theContents(decompress(packed, 'contents'), 'contents');
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= MOST_KEPT) kept.delete(oldest);
  kept.set(packed, contents);
  return contents;
}

const isOfThis = ({ namespace, workload }: Pick<Rollout, 'namespace' | 'workload'>, { metadata }: Pick<KubeObject, 'metadata'>): boolean =>
  namespace === metadata.namespace && recordName(workload) === metadata.name;

/** The ConfigMap by its place, and what can be done about it. */
export function recordBroken({ namespace = '', name }: { readonly namespace?: string; readonly name: string }, why: string): RolloutError {
  return new RolloutError(
    'RECORD_BROKEN',
    `the record of the rollout, ConfigMap ${namespace}/${name}, cannot be read: ${why}`,
    `Restore the ConfigMap, or use the version of this tool that wrote it. To abandon the rollout: make sure that all requests go to stable, run \`kubectl delete configmap ${name} --namespace ${namespace}\`, then reject, which removes the objects with the rollout’s label.`,
  );
}

const isSecret = ({ kind }: KubeObject): boolean => kind === 'Secret';
const isOpen = (object: KubeObject): boolean => !isSecret(object);

const openly = (tested: Tested | null): Tested | null => tested && { ...tested, files: tested.files.filter(isOpen) };
const secretsOf = (tested: Tested | null): readonly KubeObject[] => (tested?.files ?? []).filter(isSecret);
const whole = (tested: Tested | null, secrets: readonly KubeObject[]): Tested | null =>
  tested && { ...tested, files: [...tested.files, ...secrets] };

function split({ originals, tested, versions }: Contents): readonly [Contents, Hidden] {
  const open: Contents = {
    originals: { ...originals, others: originals.others.filter(isOpen) },
    tested: openly(tested),
    versions: versions.map(version => ({ ...version, tested: openly(version.tested) })),
  };
  const hidden = versions.map(version => secretsOf(version.tested));
  return [open, { files: secretsOf(tested), others: originals.others.filter(isSecret), versions: hidden }];
}

function join({ originals, tested, versions }: Contents, { files, others, versions: secrets }: Hidden): Contents {
  return {
    originals: { ...originals, others: [...originals.others, ...others] },
    tested: whole(tested, files),
    versions: versions.map((version, i) => ({ ...version, tested: whole(version.tested, secrets[i] ?? []) })),
  };
}

function stored(kind: 'ConfigMap' | 'Secret', { workload, namespace }: Rollout, content: Readonly<Record<string, unknown>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: recordName(workload), namespace, labels: { ...ourLabels('record', workload) } },
    ...content,
  };
}

function compress(value: unknown): string {
  const json = Buffer.from(JSON.stringify(value));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: json.length,
  };
  return brotliCompressSync(json, { params }).toString('base64');
}

function decompress(encoded: string, what: string): unknown {
  try {
    return parsed(brotliDecompressSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MOST_UNPACKED }).toString(), what);
  } catch (error) {
    if (error instanceof Malformed) throw error;
    const isLarge = record(error).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Malformed(what, isLarge ? `at most ${MOST_UNPACKED / 1_000_000} MB unpacked` : 'compressed by Brotli');
  }
}

function parsed(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Malformed(what, 'JSON');
  }
}
