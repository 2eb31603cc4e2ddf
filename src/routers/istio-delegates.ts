/** VirtualServices that leave their rules to another one: followed where it stands beside the root, told where nobody answers. */
import { at, items, records, text } from '../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Hindrance, Root } from '../model/router.ts';
import { type RouteKind, routesAfar, routesIn } from './carriers.ts';
import { destinationOf } from './istio-rules.ts';

/** Those that the delegates of a VirtualService mean, as far as they stand in its namespace. */
export const delegatesOf = (object: KubeObject, known: readonly KubeObject[]): readonly KubeObject[] =>
  known.filter(one => meantBy(object).some(ref => keyOf(ref) === keyOf(refOf(one))));

/** Requests for the root's host that are all led to rules which no split of it reaches; `carriers` are what is split. */
export function ledAway(carriers: readonly KubeObject[], here: readonly KubeObject[], root: Root): Hindrance | null {
  const [found] = here
    .filter(object => takesHost(object, root) && ![object, ...delegatesOf(object, here)].some(one => carriers.includes(one)))
    .flatMap(object => meantBy(object).map(meant => ({ object, meant, why: whyUnreached(meant, here, root) })))
    .filter(({ why }) => why !== null);
  if (!found) return null;
  return {
    text: `${nameOf(refOf(found.object))} leads the requests of Service ${root.service} to ${nameOf(found.meant)}, which ${found.why}`,
    hint: `Correct the delegate's name, or put it into namespace ${root.namespace} beside the Service. Then run this again.`,
  };
}

/** Delegates that nobody answers for, one sentence each: the rules that name them lead nowhere. */
export function strayDelegates(kind: RouteKind, root: Root, live: Live): readonly string[] {
  const here = routesIn([kind], root, live);
  const strays = [...here, ...routesAfar([kind], root, live)].flatMap(object =>
    meantBy(object)
      .filter(meant => (meant.namespace === root.namespace || here.includes(object)) && !isThere(meant, live))
      .map(meant => ({ object, meant })),
  );
  return strays.map(
    ({ object, meant }) =>
      `${nameOf(refOf(object))} delegates to ${nameOf(meant)}, which ${
        meant.namespace === root.namespace ? 'does not exist:' : 'this login does not see: if it does not exist,'
      } Istio leads no request by that rule.`,
  );
}

/** The requests of the root's host are its own. */
export const takesHost = (object: KubeObject, root: Root): boolean =>
  items(at(object, 'spec.hosts')).some(host => destinationOf({ host }, root.namespace) === root.service);

function whyUnreached(meant: Ref, here: readonly KubeObject[], root: Root): string | null {
  if (meant.namespace !== root.namespace) return 'stands in another namespace, so they are not split';
  return here.some(one => keyOf(refOf(one)) === keyOf(meant)) ? null : 'does not exist';
}

const isThere = (meant: Ref, { objects }: Live): boolean => objects[keyOf(meant)] !== undefined;

function meantBy(object: KubeObject): readonly Ref[] {
  return records(at(object, 'spec.http')).flatMap(({ delegate }) => {
    const [name, namespace] = [text(at(delegate, 'name')), text(at(delegate, 'namespace'))];
    return name === '' ? [] : [{ ...refOf(object), name, ...(namespace === '' ? {} : { namespace }) }];
  });
}
