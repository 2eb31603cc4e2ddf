/** What a variant gets copies of, so that its pods read what they were made for and stand under the rules that stable's stand under. */
import { RolloutError } from '../../errors.ts';
import { configurationCopy, nameOfCopy } from '../../manifests/configuration.ts';
import { type Copy, copiedKindOf } from '../../manifests/copied-kinds.ts';
import { type Isolation, variantLabels } from '../../manifests/isolate.ts';
import { isOurs, partOf } from '../../manifests/names.ts';
import { policyCopies, type Renamed, uncopiedPolicies } from '../../manifests/policies.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { labelsOf, templateOf } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Role } from '../../model/stage.ts';
import { type App, distinctionOf } from './app.ts';
import { strategyOf } from './held.ts';

/** Every copy that a variant gets: of configuration, where its pods read another one than stable's, and of the policies over stable's pods. */
export const copiesFor = (role: 'canary' | 'baseline', app: App): readonly Copy[] => [
  ...(role === 'canary' ? configurationFor(app) : []),
  ...policiesFor(role, app),
];

/** What the policies over stable's pods come to for a variant's. */
export const policiesFor = (role: Role, app: App): readonly Copy[] =>
  policyCopies(usersOf(app), renamedTo(role, app)).filter(({ copy }) => !isMonitor(copy) || !isTaken(copy, app));

function configurationFor(app: App): readonly Copy[] {
  const { others, name: workload, variant: canary, record, request, namespace } = app;
  const files = [...others, ...(record?.tested?.files ?? []), ...request.manifests.map(({ object }) => object)];
  return distinctionOf(app).copies.flatMap(copied => {
    const isMeant = ({ kind, metadata }: KubeObject): boolean => kind === copied.kind && metadata.name === copied.name;
    const of = files.find(object => isMeant(object) && object.metadata.namespace === namespace);
    return of ? [{ of, copy: configurationCopy(of, { name: nameOfCopy(copied, canary), workload, canary }) }] : [];
  });
}

/**
 * Throws where the variants would not be under the policies that stable is under.
 * @throws RolloutError ISOLATION_IMPOSSIBLE, NAME_TAKEN.
 */
export function refuseUncopied(app: App): void {
  const uncopied = uncopiedPolicies(usersOf(app), renamedTo('canary', app));
  if (uncopied.length > 0) {
    throw new RolloutError(
      'ISOLATION_IMPOSSIBLE',
      `Deployment ${app.key}: ${named(uncopied)} may select stable's pods by labels that have other values on the canary, and cannot be copied for it`,
      'Let it select by labels that no Service selects by, or set isolation: none and accept that the canary gets requests by its pod count.',
    );
  }
  const taken = (['canary', 'baseline'] as const).flatMap(role => policiesFor(role, app)).flatMap(({ copy }) => takerOf(copy, app));
  if (taken.length > 0) {
    throw new RolloutError(
      'NAME_TAKEN',
      `${named(taken)} has the name that the copy of a policy over stable's pods would get`,
      'Rename it: the rollout never takes over your objects.',
    );
  }
}

/** What the role did not let us see may be such a policy, or such a monitor. */
export function unreadPolicies({ live, key, stable, distinction }: App): readonly string[] {
  const { unread = [], unscraped = [] } = live;
  if (!stable || (distinction?.keys ?? []).length === 0) return [];
  const monitors =
    unscraped.length > 0
      ? [
          `Deployment ${key}: the role may not list and copy ${unscraped.join(', ')}; what reads metrics from stable's pods by one does not read from the canary's. Grant list, watch, create and delete, or let it select the canary's pods too.`,
        ]
      : [];
  return unread.length > 0
    ? [
        ...monitors,
        `Deployment ${key}: the role may not list ${unread.join(', ')}; a policy that selects stable's pods would not apply to the canary's. Grant list and create, or check whether there is one.`,
      ]
    : monitors;
}

const takerOf = (copy: KubeObject, { live }: App): readonly KubeObject[] => {
  const found = live.objects[keyOf(refOf(copy))];
  return found && !isOurs(found) ? [found] : [];
};

const isTaken = (copy: KubeObject, app: App): boolean => takerOf(copy, app).length > 0;

const isMonitor = (object: KubeObject): boolean => copiedKindOf(object)?.isMonitor === true;

const named = (objects: readonly KubeObject[]): string => objects.map(object => nameOf(refOf(object))).join(', ');

const usersOf = ({ live, namespace }: App): readonly KubeObject[] =>
  Object.values(live.objects).filter(object => object.metadata.namespace === namespace && !isOurs(object));

function renamedTo(role: Role, app: App): Renamed {
  const { stable, distinction, name, roots } = app;
  const labels = stable ? labelsOf(templateOf(stable)) : {};
  const isolation: Isolation = distinction ?? { keys: [] };
  return {
    part: partOf(role, isolation),
    workload: name,
    stable: labels,
    variant: variantLabels(labels, role, isolation),
    roots,
    ...(isolation.shared ? { shared: true } : {}),
    ...(role === 'canary' && strategyOf(app).leaves.length > 0 ? { hasMoreLeaves: true } : {}),
  };
}
