/** What the API server says of this login's rights. */

import { RolloutError } from '../../errors.ts';
import { items, record, records, text } from '../../manifests/json.ts';
import type { Need, Reviewing } from '../../model/permission.ts';
import { together } from '../together.ts';

/** More needs than these are not asked one by one: the questions would take longer than the deploy. */
const MOST = 100;

/**
 * Those of the needs that the login is known not to have. What the rules do not show, as where an authorizer beside RBAC decides, is asked one by
 * one; what nobody can answer is not among them.
 */
export async function lacking(needs: readonly Need[], cluster: Reviewing): Promise<readonly Need[]> {
  const { review } = cluster;
  if (!review) return [];
  const namespaces = [...new Set(needs.flatMap(({ namespace }) => namespace ?? []))];
  const rules = new Map(await together(namespaces.map(async namespace => [namespace, await rulesIn(namespace, review)] as const)));
  const open = needs.filter(need => !(rules.get(need.namespace ?? '') ?? []).some(rule => grants(rule, need)));
  const denied = await together(open.slice(0, MOST).map(need => isDenied(need, review)));
  return open.filter((_, index) => denied[index] === true);
}

type Review = NonNullable<Reviewing['review']>;
type Fields = Readonly<Record<string, unknown>>;

/** None where they cannot be had. */
async function rulesIn(namespace: string, review: Review): Promise<readonly Fields[]> {
  const status = await unlessRefused(review('SelfSubjectRulesReview', { namespace }));
  return records(status?.resourceRules);
}

async function isDenied({ verb, group, resource, namespace, name }: Need, review: Review): Promise<boolean> {
  const attributes = { verb, group, resource, ...(namespace === null ? {} : { namespace }), ...(name === null ? {} : { name }) };
  const status = await unlessRefused(review('SelfSubjectAccessReview', { resourceAttributes: attributes }));
  return record(status).allowed === false && text(record(status).evaluationError) === '';
}

async function unlessRefused(asking: Promise<Fields>): Promise<Fields | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof RolloutError) return null;
    throw error;
  }
}

function grants(rule: Fields, { verb, group, resource, name }: Need): boolean {
  const has = (field: string, value: string): boolean => items(rule[field]).some(each => each === '*' || each === value);
  const names = items(rule.resourceNames);
  return has('verbs', verb) && has('apiGroups', group) && has('resources', resource) && (names.length === 0 || names.includes(name));
}
