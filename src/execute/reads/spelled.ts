/** Kinds as RBAC spells them. */
import { pluralOf } from '../../manifests/plural.ts';
import { groupOf } from '../../manifests/refs.ts';
import type { Cluster, ServedKind } from '../../model/kube.ts';
import type { KindNeed, Need } from '../../model/permission.ts';
import { together } from '../together.ts';

type Asked = Pick<Cluster, 'served' | 'versions'>;
type Kind = Pick<KindNeed, 'apiVersion' | 'kind'>;

/** As the API server spells them, once each: a kind has the plural that its definition gives it. Kinds that are not served are left out. */
export async function spelled(needs: readonly KindNeed[], cluster: Asked): Promise<readonly Need[]> {
  const kinds = new Map(needs.map(need => [keyOf(need), need]));
  const asked = await together([...kinds].map(async ([key, kind]) => [key, await servedAs(kind, cluster)] as const));
  const known = new Map(asked);
  return distinct(
    needs.flatMap(need => {
      const served = known.get(keyOf(need));
      return served ? [needOf(need, served)] : [];
    }),
  );
}

/** By the rule that plurals are made by, where no cluster is asked. */
export const spelledByRule = (needs: readonly KindNeed[]): readonly Need[] =>
  distinct(needs.map(need => needOf(need, { plural: pluralOf(need.kind), namespaced: need.namespace !== null })));

const keyOf = ({ apiVersion, kind }: Kind): string => `${apiVersion} ${kind}`;

/** A kind as it is served, or null; of a group alone ("apps/") by the version that the server prefers. */
export async function servedAs({ apiVersion, kind }: Kind, cluster: Asked): Promise<ServedKind | null> {
  if (!apiVersion.endsWith('/')) return cluster.served(apiVersion, kind);
  const [version] = await cluster.versions(groupOf(apiVersion), kind);
  return version === undefined ? null : cluster.served(`${apiVersion}${version}`, kind);
}

const needOf = (
  { verb, apiVersion, part, namespace, name }: KindNeed,
  { plural, namespaced }: Pick<ServedKind, 'plural' | 'namespaced'>,
): Need => ({
  verb,
  group: groupOf(apiVersion),
  resource: part === undefined ? plural : `${plural}/${part}`,
  namespace: namespaced ? namespace : null,
  name,
});

const distinct = (needs: readonly Need[]): readonly Need[] => [...new Map(needs.map(each => [JSON.stringify(each), each])).values()];
