/** Which Deployments roll behind others, by the user's word. */
import { RolloutError } from '../../errors.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import { isDeployment } from '../../workloads/deployment.ts';

/** The annotation of a Deployment that names those of its namespace behind which it rolls. */
const AFTER = 'kubernetes-rollout/after';

/** Rounds in which Deployments roll, each when the one before is ready. */
export interface Turns {
  /** By key; 0 for what waits for nothing. */
  readonly of: Readonly<Record<string, number>>;
  readonly last: number;
}

/**
 * The rounds of these files' Deployments; null where nobody asks for an order. Where they are not the whole release, what is not among them is not
 * waited for.
 * @throws RolloutError INVALID_MANIFEST for a name that the files do not have, and for Deployments that wait for each other.
 */
export function turnsOf(files: readonly KubeObject[], isWhole: boolean): Turns | null {
  const deployments = files.filter(isDeployment);
  if (deployments.every(({ metadata }) => metadata.annotations?.[AFTER] === undefined)) return null;
  if (isWhole) for (const one of deployments) refuseUnknown(one, deployments);
  const of = Object.fromEntries(deployments.map(one => [keyOf(refOf(one)), roundOf(one, deployments, [])]));
  return { of, last: Math.max(0, ...Object.values(of)) };
}

/** The round of a Deployment; what `turnsOf` does not know waits for nothing. */
export const turnIn = (turns: Turns | null | undefined, object: KubeObject): number => turns?.of[keyOf(refOf(object))] ?? 0;

function roundOf(one: KubeObject, all: readonly KubeObject[], waiting: readonly KubeObject[]): number {
  if (waiting.includes(one)) throw inCircle([...waiting.slice(waiting.indexOf(one)), one]);
  const before = namesIn(one).flatMap(name => namedBy(one, name, all) ?? []);
  const rounds = before.map(other => 1 + roundOf(other, all, [...waiting, one]));
  return Math.max(0, ...rounds);
}

const namesIn = ({ metadata }: KubeObject): readonly string[] =>
  (metadata.annotations?.[AFTER] ?? '').split(/[\s,;]+/).filter(name => name !== '');

const namedBy = ({ metadata }: KubeObject, name: string, all: readonly KubeObject[]): KubeObject | undefined =>
  all.find(other => other.metadata.name === name && other.metadata.namespace === metadata.namespace);

function refuseUnknown(one: KubeObject, all: readonly KubeObject[]): void {
  const name = namesIn(one).find(each => namedBy(one, each, all) === undefined);
  if (name === undefined) return;
  throw new RolloutError(
    'INVALID_MANIFEST',
    `${nameOf(refOf(one))}: its annotation ${AFTER} names ${name}, and the files have no Deployment of that name in its namespace`,
    'Correct the name, or add the file of that Deployment.',
  );
}

const inCircle = (circle: readonly KubeObject[]): RolloutError =>
  new RolloutError(
    'INVALID_MANIFEST',
    `these Deployments wait for each other because of their annotations ${AFTER}: ${circle.map(({ metadata }) => metadata.name).join(' after ')}`,
    'Remove one of the annotations.',
  );

/** A wave of files in rounds. */
export function inRounds(wave: readonly KubeObject[], turns: Turns | null): readonly (readonly KubeObject[])[] {
  const rounds = Array.from({ length: (turns?.last ?? 0) + 1 }, (_, turn) => wave.filter(object => turnIn(turns, object) === turn));
  return rounds.filter(({ length }) => length > 0);
}
