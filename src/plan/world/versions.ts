import { VARIANT } from '../../manifests/names.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { isOwn, nameOfVersion, seenBy, versionsOf } from '../../manifests/versions.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { RecordView } from '../../model/plan.ts';
import { CLAIMED, type Version } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import type { Shadow } from '../../model/stage.ts';
import { givesCopies } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from './app.ts';

/** Further versions that this action leaves where they are; a reject that names none means those of its own run. */
export function leftBeside(app: App): readonly Shadow[] {
  const { request, record } = app;
  const { action, strategy, variantName } = request.inputs;
  if (!record || !givesCopies(record.strategy) || action === 'promote' || (action === 'deploy' && !givesCopies(strategy))) return [];
  const others = record.others ?? [];
  if (action === 'deploy' || variantName !== null) return [...new Set([...shadowsBeside(app), ...others.map(nameOfVersion)])];
  return takesAny(request) ? [] : others.filter(version => !isOwn(version, request)).map(nameOfVersion);
}

/** Whatever is open is meant by a reject: it says so, or a person at a terminal gives no files. */
export const takesAny = ({ inputs, run, release }: Request): boolean =>
  inputs.action === 'reject' && (inputs.rejectAny || (run.interactive === true && release === null));

/** Every name of a version beside `canary` that the record or an object of ours knows. */
export function shadowNames({ variant, stored, ours }: App): readonly Shadow[] {
  const labelled = ours.flatMap(({ metadata }) => metadata.labels?.[VARIANT] ?? []);
  const names = [variant, ...(stored ? versionsOf(stored).map(nameOfVersion) : []), ...labelled];
  return [...new Set(names)].filter(name => !RESERVED.includes(name)).sort();
}

/** What our label says of parts that are no shadow with a name of its own. */
const RESERVED: readonly string[] = ['stable', 'baseline', 'canary', 'record', 'route'];

/** Versions beside the one that is meant, as their Deployments tell. */
export function shadowsBeside(app: App): readonly Shadow[] {
  const deployed = app.ours.filter(isDeployment).flatMap(({ metadata }) => metadata.labels?.[VARIANT] ?? []);
  const names = [...deployed, ...livingOthers(app).map(nameOfVersion)];
  return [...new Set(names)].filter(name => name !== 'stable' && name !== 'baseline' && name !== app.variant).sort();
}

/** What the record says of the version that is meant beside the others. */
export function standing({ stored, variant }: App): Pick<RecordView, 'isUnopened' | 'heldFor' | 'promoting'> {
  if (!stored) return {};
  const promoting = versionsOf(stored).find(
    version => isTakingStable(version) && version.stage !== CLAIMED && nameOfVersion(version) !== variant,
  );
  return {
    ...(seenBy(stored, variant) ? {} : { isUnopened: true }),
    ...(nameOfVersion(stored) === variant ? {} : { heldFor: nameOfVersion(stored) }),
    ...(promoting ? { promoting: nameOfVersion(promoting) } : {}),
  };
}

/** A promote, or the way back from one that has written the user's objects: only its own version knows what stable was. */
const isTakingStable = ({ action, begun = false }: Version): boolean => action === 'promote' || (action === 'reject' && begun);

/** Further versions of which there is anything: a Deployment, or what a crash left of the files that they brought. */
export function livingOthers({ record, ours, live }: App): readonly Version[] {
  const isThere = (version: Version): boolean =>
    ours.some(object => isDeployment(object) && object.metadata.labels?.[VARIANT] === nameOfVersion(version)) ||
    (record !== null && givesCopies(record.strategy) && version.created.some(({ ref }) => live.objects[keyOf(ref)] !== undefined));
  return (record?.others ?? []).filter(isThere);
}

/** Objects of the files of versions that stay when this one goes: what it brought may be theirs too. */
export function keptFor(app: App, ended: Shadow): readonly string[] {
  const { record, request, file, others } = app;
  const own = [...(file ? [file] : []), ...others];
  const left = leftBeside(app).filter(name => name !== ended);
  const theirs = (record?.others ?? [])
    .filter(version => left.includes(nameOfVersion(version)))
    .flatMap(({ tested }) => tested?.files ?? []);
  const kept: readonly KubeObject[] = [...theirs, ...(ended !== app.variant && request.inputs.action !== 'reject' ? own : [])];
  return kept.map(object => keyOf(refOf(object)));
}
