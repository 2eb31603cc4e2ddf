/** An earlier revision as the file of a deploy: it runs beside what is there, and is promoted or rejected like every version. */
import type { Session } from '../../execute/session.ts';
import { record } from '../../manifests/json.ts';
import { isOfApply, isOfClientSide } from '../../manifests/owners.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { release } from '../../manifests/release.ts';
import { toJson } from '../../manifests/template.ts';
import type { Event } from '../../model/event.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Manifest, Request } from '../../model/request.ts';
import { revisionOf } from '../../plan/world/revisions.ts';
import { annotationsIn } from './annotations.ts';
import { templateTo, type UndoWay } from './ways.ts';

/** The session of a deploy of these revisions, which tells of itself as of an undo. */
export function asDeploy(session: Session, ways: readonly UndoWay[]): Session {
  const { request } = session;
  const manifests = ways.map(way => ({ object: fileOf(way), from: `revision ${revisionOf(way.to)} of ${nameOf(refOf(way.live))}` }));
  return { ...session, request: deployOf(request, manifests), emit: event => session.emit(asUndo(event)) };
}

const deployOf = (request: Request, manifests: readonly Manifest[]): Request => ({
  ...request,
  inputs: { ...request.inputs, action: 'deploy' },
  manifests,
  release: release(manifests),
});

const asUndo = (event: Event): Event => (event.type === 'outcome' ? { ...event, outcome: { ...event.outcome, action: 'undo' } } : event);

/**
 * What kubectl's commands own of the Deployment, with the revision's template: applied, it takes nothing from anybody, and drops nothing that a file
 * gave.
 */
function fileOf(way: UndoWay): KubeObject {
  const { live, to } = way;
  const { apiVersion, kind, metadata, spec } = live;
  const entries = (metadata.managedFields ?? []).filter(entry => isOfApply(entry) || isOfClientSide(entry));
  const owned = (part: string): readonly string[] =>
    entries.flatMap(({ fieldsV1 }) => Object.keys(record(record(fieldsV1)[part])).map(field => field.replace(/^f:/, '')));
  const labels = entries.flatMap(({ fieldsV1 }) =>
    Object.keys(record(record(record(fieldsV1)['f:metadata'])['f:labels'])).map(field => field.replace(/^f:/, '')),
  );
  const kept = Object.entries(metadata.labels ?? {}).filter(([name]) => labels.includes(name));
  const annotations = annotationsIn(to);
  const fields = Object.entries(toJson(spec)).filter(([name]) => name === 'selector' || owned('f:spec').includes(name));
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      ...(kept.length > 0 ? { labels: Object.fromEntries(kept) } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: toJson({ ...Object.fromEntries(fields), template: templateTo(way) }),
  };
}
