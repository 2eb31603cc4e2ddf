import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { RolloutError } from '../errors.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Originals, Rollout, Tested } from '../model/record.ts';
import { isRecord, record, text } from './json.ts';
import { derived, ourLabels, VARIANT } from './names.ts';

/** The most that one ConfigMap may hold, with room for its own metadata. */
const MOST_BYTES = 1_000_000;

/** A record as it is stored: a ConfigMap, and a Secret of the same name where the files or the originals hold Secrets. */
export interface Stored {
  readonly configMap: KubeObject;
  readonly secret: KubeObject | null;
}

/** Name of a workload's record. */
export const recordName = (workload: string): string => derived(workload, 'rollout');

/**
 * The record as objects of the API. Small values are readable by a person; files and originals are compressed (Brotli, whose window spans
 * a template and its copy).
 * @throws RolloutError RECORD_TOO_LARGE beyond 1 MB.
 */
export function encode(rollout: Rollout): Stored {
  const { originals, tested, holder, renewedAt, ...head } = rollout;
  const [open, secret] = split({ originals, tested });
  const hasSecrets = secret.files.length + secret.others.length > 0;
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

/** The rollout that a record tells of; null when the object is no record of ours. A claim that never got further has no contents. */
export function decode(configMap: KubeObject, secret: KubeObject | null): Rollout | null {
  const { data } = configMap;
  if (configMap.metadata.labels?.[VARIANT] !== 'record' || !data?.rollout) return null;
  const open = decompress(text(record(configMap.binaryData).contents));
  const hidden = secret ? decompress(text(record(secret.data).contents)) : {};
  return {
    ...(JSON.parse(data.rollout) as Omit<Rollout, 'originals' | 'tested' | 'holder' | 'renewedAt'>),
    holder: JSON.parse(data.holder ?? 'null') as Rollout['holder'],
    renewedAt: Number(data.renewedAt ?? 0),
    ...join(open, hidden),
  };
}

interface Contents {
  readonly originals: Originals;
  readonly tested: Tested | null;
}
interface Hidden {
  readonly files: readonly KubeObject[];
  readonly others: readonly KubeObject[];
}

const isSecret = ({ kind }: KubeObject): boolean => kind === 'Secret';
const isOpen = (object: KubeObject): boolean => !isSecret(object);

function split({ originals, tested }: Contents): readonly [Contents, Hidden] {
  const open: Contents = {
    originals: { ...originals, others: originals.others.filter(isOpen) },
    tested: tested && { ...tested, files: tested.files.filter(isOpen) },
  };
  return [open, { files: (tested?.files ?? []).filter(isSecret), others: originals.others.filter(isSecret) }];
}

function join(open: unknown, hidden: unknown): Contents {
  const { originals, tested } = open as Contents;
  const { files = [], others = [] } = hidden as Partial<Hidden>;
  return {
    originals: { ...originals, others: [...originals.others, ...others] },
    tested: tested && { ...tested, files: [...tested.files, ...files] },
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
