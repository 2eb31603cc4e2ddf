/** `adopt` for Flagger: the Deployment of the files runs the version of the primary again, then requests go there, then the primary goes. */
import type { Session } from '../../execute/session.ts';
import { PRIMARY } from '../../manifests/flagger.ts';
import { relabel } from '../../manifests/isolate.ts';
import { at, number, record, records, text } from '../../manifests/json.ts';
import { labelsOf, templateOf, texts, toJson } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import { type Primary, primaryOf } from './flagger-found.ts';
import { type Edit, editIfDue, lead, rerouted } from './lead.ts';
import { type Move, raise, take, takeAll, withdraw } from './moves.ts';
import { ledTo } from './routes.ts';
import { pickedBy, type Surrounding } from './surroundings.ts';

/**
 * Settles what a Canary resource has left that is gone; nothing where there is nothing.
 * @throws RolloutError FOREIGN_ROLLOUT while the resource stands, and where the primary is not whole.
 */
export async function settleFlagger(around: Surrounding, session: Session): Promise<readonly Move[]> {
  const found = await primaryOf(around, session);
  if (!found) return [];
  const { primary, splits, leaves, canaries, rest, isServing } = found;
  return [
    ...takeAll(canaries, session),
    ...(isServing && primary ? served(found, primary, session) : []),
    ...takeAll(splits, session),
    ...rest.map(each => take(each, false, session)),
    ...(primary ? [withdraw(primary, session)] : []),
    ...leaves.map(leaf => take(leaf, false, session)),
  ];
}

/** Requests to the primary alone, then to pods of the same version behind the user's Services. */
function served(found: Primary, primary: KubeObject, session: Session): readonly Move[] {
  const { file, target, splits, routes, roots, leaves, key } = found;
  const value = pickedBy(file)[key] ?? '';
  const bases = [...new Set(leaves.map(({ metadata }) => metadata.name.replace(VERSIONS, '')))];
  const leading = (suffix: string): readonly Edit[] => routes.flatMap(route => rerouted(route, spec => led(spec, bases, suffix)));
  const picked = roots.flatMap(object => {
    const { selector } = object.spec ?? {};
    return editIfDue({ object, path: '/spec/selector', from: selector, to: { ...texts(selector), [key]: value } });
  });
  const raised = { file, live: target, template: asTarget(primary, key, value), replicas: number(primary.spec?.replicas, 1) };
  return [
    ...lead([...splits.flatMap(giveAll), ...leading(PRIMARY)], 'give all requests to the primary', session),
    raise(raised, session),
    ...lead(picked, 'let the Services pick pods as the files do', session),
    ...lead(leading(''), 'lead to the Services of the files', session),
  ];
}

const isPrimary = (service: unknown): boolean => text(service).endsWith(PRIMARY);

/** In the oldest version weights are texts as well as numbers. */
function giveAll(object: KubeObject): readonly Edit[] {
  const from = records(at(object, 'spec.backends'));
  const to = from.map(backend => ({ ...backend, weight: isPrimary(backend.service) ? 100 : 0 }));
  return from.every(({ service, weight }) => isPrimary(service) || Number.parseFloat(String(weight)) === 0)
    ? []
    : [{ object, path: '/spec/backends', from, to }];
}

const VERSIONS = /-(primary|canary)$/;

/** A route may lead to several workloads: each Service by itself. */
function led(spec: unknown, bases: readonly string[], suffix: string): unknown {
  return bases.reduce<unknown>((now, base) => ledTo(now, [`${base}-primary`, `${base}-canary`], `${base}${suffix}`), spec);
}

/** The template of the primary with the file's label; copies of its configuration it goes on to read until a promote. */
function asTarget(primary: KubeObject, key: string, value: string): JsonObject {
  const template = templateOf(primary);
  const relabelled = relabel(template, { ...labelsOf(template), [key]: value });
  const { annotations, ...metadata } = record(relabelled.metadata);
  const { 'flagger-id': _id, ...kept } = record(annotations);
  return toJson({ ...relabelled, metadata: { ...metadata, ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}) } });
}
