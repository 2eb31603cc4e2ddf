import { VARIANT } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { nameOfVersion, seenBy, versionsOf } from '../manifests/versions.ts';
import type { KubeObject } from '../model/kube.ts';
import type { RecordView } from '../model/plan.ts';
import type { Version } from '../model/record.ts';
import type { Shadow } from '../model/stage.ts';
import type { App } from './app.ts';
import { CLAIMED } from './facts.ts';

/** A shadow comes and goes beside others; a reject that names none means all. */
export const leavesOthers = ({ request: { inputs }, record }: App): boolean =>
  record?.strategy === 'shadow' &&
  (inputs.action === 'deploy' ? inputs.strategy === 'shadow' : inputs.action === 'reject' && inputs.variantName !== null);

/** Every name of a version beside `canary` that the record or an object of ours knows. */
export function shadowNames({ variant, stored, ours }: App): readonly Shadow[] {
  const labelled = ours.flatMap(({ metadata }) => metadata.labels?.[VARIANT] ?? []);
  const names = [variant, ...(stored ? versionsOf(stored).map(nameOfVersion) : []), ...labelled];
  return [...new Set(names)].filter(name => !RESERVED.includes(name)).sort();
}

/** What our label says of parts that are no shadow with a name of its own. */
const RESERVED: readonly string[] = ['stable', 'baseline', 'canary', 'record', 'route'];

/** Versions beside the one that is meant, as their Deployments tell. */
export const shadowsBeside = ({ variant, ours }: App): readonly Shadow[] =>
  ours
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ metadata }) => metadata.labels?.[VARIANT] ?? [])
    .filter(name => name !== 'stable' && name !== 'baseline' && name !== variant)
    .sort();

/** What the record says of the version that is meant beside the others. */
export function standing({ stored, variant }: App): Pick<RecordView, 'isUnopened' | 'heldFor' | 'promoting'> {
  if (!stored) return {};
  const promoting = versionsOf(stored).find(
    version => version.action === 'promote' && version.stage !== CLAIMED && nameOfVersion(version) !== variant,
  );
  return {
    ...(seenBy(stored, variant) ? {} : { isUnopened: true }),
    ...(nameOfVersion(stored) === variant ? {} : { heldFor: nameOfVersion(stored) }),
    ...(promoting ? { promoting: nameOfVersion(promoting) } : {}),
  };
}

/** Further versions whose Deployment is there: what a crash left without one is nobody's. */
export function livingOthers({ record, ours }: App): readonly Version[] {
  const isThere = (version: Version): boolean =>
    ours.some(({ kind, metadata }) => kind === 'Deployment' && metadata.labels?.[VARIANT] === nameOfVersion(version));
  return (record?.others ?? []).filter(isThere);
}

/** Objects of the files of versions that stay when this one goes: what it brought may be theirs too. */
export function keptFor(app: App, ended: Shadow): readonly string[] {
  const { record, request, file, others } = app;
  const own = [...(file ? [file] : []), ...others];
  const theirs = (record?.others ?? []).filter(version => nameOfVersion(version) !== ended).flatMap(({ tested }) => tested?.files ?? []);
  const kept: readonly KubeObject[] = [
    ...(leavesOthers(app) ? theirs : []),
    ...(ended !== app.variant && request.inputs.action !== 'reject' ? own : []),
  ];
  return kept.map(object => keyOf(refOf(object)));
}
