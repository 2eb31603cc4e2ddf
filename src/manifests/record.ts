import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { RolloutError } from '../errors.ts';
import type { Collection, KubeObject } from '../model/kube.ts';
import type { Originals, Rollout, Tested, Version } from '../model/record.ts';
import { isRecord, record, text } from './json.ts';
import { derived, ourLabels, VARIANT } from './names.ts';
import { withoutEnded } from './versions.ts';

/** The most that one ConfigMap may hold, with room for its own metadata. */
const MOST_BYTES = 1_000_000;

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
    data: { rollout: JSON.stringify(head), holder: JSON.stringify(holder), renewedAt: String(renewedAt), secrets: String(hasSecrets) },
    binaryData: { contents: compress(open) },
  });
  const hidden = hasSecrets ? stored('Secret', rollout, { type: 'Opaque', data: { contents: compress(secret) } }) : null;
  if ([configMap, hidden].some(object => JSON.stringify(object).length > MOST_BYTES)) {
    throw new RolloutError(
      'RECORD_TOO_LARGE',
      `what has to be remembered of Deployment ${rollout.namespace}/${rollout.workload} is more than 1 MB, even compressed`,
      'Move large ConfigMaps and Secrets out of the files of the rollout and apply them in a step of their own.',
    );
  }
  return { configMap, secret: hidden };
}

/** Whether a record says that there is a Secret beside it. */
export const hidesSecrets = ({ data }: KubeObject): boolean => data?.secrets === 'true';

/** The rollout that a record tells of; null when the object is no record of ours. A claim that never got further has no contents. */
export function decode(configMap: KubeObject, secret: KubeObject | null): Rollout | null {
  const known = DECODED.get(configMap);
  if (known && known.secret === secret) return known.rollout;
  const rollout = decoded(configMap, secret);
  DECODED.set(configMap, { secret, rollout });
  return rollout;
}

/** One read is asked for its records many times, and a record may hold megabytes of files. */
const DECODED = new WeakMap<KubeObject, { readonly secret: KubeObject | null; readonly rollout: Rollout | null }>();

function decoded(configMap: KubeObject, secret: KubeObject | null): Rollout | null {
  const { data } = configMap;
  if (configMap.metadata.labels?.[VARIANT] !== 'record' || !data?.rollout) return null;
  const open = decompress(text(record(configMap.binaryData).contents));
  const hidden = secret ? decompress(text(record(secret.data).contents)) : {};
  const { versions, ...contents } = join(open, hidden);
  return withoutEnded({
    ...(JSON.parse(data.rollout) as Omit<Rollout, 'originals' | 'tested' | 'others' | 'holder' | 'renewedAt'>),
    holder: JSON.parse(data.holder ?? 'null') as Rollout['holder'],
    renewedAt: Number(data.renewedAt ?? 0),
    ...contents,
    ...(versions.length > 0 ? { others: versions } : {}),
  });
}

interface Contents {
  readonly originals: Originals;
  readonly tested: Tested | null;
  readonly versions: readonly Version[];
}
/** Secrets: of the files, of what will be put back, and of each further version's files. */
interface Hidden {
  readonly files: readonly KubeObject[];
  readonly others: readonly KubeObject[];
  readonly versions: readonly (readonly KubeObject[])[];
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

function join(open: unknown, hidden: unknown): Contents {
  const { originals, tested, versions } = open as Contents;
  const { files = [], others = [], versions: secrets = [] } = hidden as Partial<Hidden>;
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

function decompress(encoded: string): unknown {
  const value: unknown = encoded ? JSON.parse(brotliDecompressSync(Buffer.from(encoded, 'base64')).toString()) : {};
  return isRecord(value) ? value : {};
}
