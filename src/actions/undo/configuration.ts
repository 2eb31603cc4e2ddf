/** The ConfigMaps and Secrets that an earlier revision reads: revisions keep their names, and nobody keeps what was in them. */
import { RolloutError } from '../../errors.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { type Mention, mentions } from '../../manifests/configuration.ts';
import { isRecord, record } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { toJson } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, Ref } from '../../model/kube.ts';
import { revisionOf } from '../../plan/world/revisions.ts';
import { templateTo, type UndoWay } from './ways.ts';

/** A write so soon behind a revision came with it. */
const SOON_MILLISECONDS = 2000;

/**
 * What the user should know: what the old pods would read was written since.
 * @throws RolloutError UNSUPPORTED where it is gone, so that they would not start.
 */
export async function configurationOf(session: Session, ways: readonly UndoWay[]): Promise<readonly string[]> {
  const looks = ways.filter(({ isThere }) => !isThere).flatMap(way => neededBy(way).map(mention => look(session, way, mention)));
  const found = await together(looks);
  return [...new Set(found.flatMap(text => text ?? []))];
}

function neededBy(way: UndoWay): readonly (Mention & { readonly isOptional: boolean })[] {
  const template = templateTo(way);
  // A pull secret that is gone keeps no container from starting by itself.
  const { imagePullSecrets: _secrets, ...spec } = record(template.spec);
  const read = toJson({ ...template, spec });
  return mentions(read).map(mention => ({ ...mention, isOptional: isOptional(read, mention.name) }));
}

function isOptional(value: JsonObject[string], name: string): boolean {
  if (Array.isArray(value)) return value.some(item => isOptional(item, name));
  if (!isRecord(value)) return false;
  const isMeant = value.name === name || value.secretName === name;
  return (isMeant && value.optional === true) || Object.values(toJson(value)).some(item => isOptional(item, name));
}

async function look({ cluster }: Session, way: UndoWay, need: Mention & { readonly isOptional: boolean }): Promise<string | null> {
  const { live, to } = way;
  const { namespace } = live.metadata;
  const ref: Ref = { apiVersion: 'v1', kind: need.kind, ...(namespace ? { namespace } : {}), name: need.name };
  const object = await cluster.get(ref).catch((error: unknown) => {
    // A Role may keep Secrets from us; then nobody is told of them.
    if (error instanceof RolloutError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  });
  if (object === undefined || (object === null && need.isOptional)) return null;
  if (object === null) throw gone(way, ref);
  const written = writtenAt(object);
  if (written <= Date.parse(to.metadata.creationTimestamp ?? '') + SOON_MILLISECONDS) return null;
  return `${nameOf(ref)} was written at ${new Date(written).toISOString()}, after revision ${revisionOf(to)} of ${nameOf(refOf(live))} came: a revision keeps the pod template, not the content of its ConfigMaps and Secrets. To restore both, deploy the earlier files.`;
}

const gone = ({ live, to }: UndoWay, ref: Ref): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(live))}: revision ${revisionOf(to)} reads ${nameOf(ref)}, which is gone, so its pods would not start`,
    'Create it again, go back to another revision (to-revision), or deploy the earlier files.',
  );

/** When anybody last wrote what it says, in milliseconds since 1970. */
function writtenAt({ metadata }: KubeObject): number {
  const entries = (metadata.managedFields ?? []).filter(({ fieldsV1 }) =>
    Object.keys(record(fieldsV1)).some(field => /^f:(data|binaryData|stringData)$/.test(field)),
  );
  const times = entries.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)])).filter(time => !Number.isNaN(time));
  return Math.max(0, ...times);
}
