/** Whether the login may do what is planned, and what will end it: asked before the first write. */
import { RolloutError } from '../errors.ts';
import { lacking } from '../execute/reads/reviews.ts';
import { spelled } from '../execute/reads/spelled.ts';
import type { Session } from '../execute/session.ts';
import { rolesFor } from '../manifests/role.ts';
import { deed, type KindNeed, MissingPermissions, type Need, type Permission } from '../model/permission.ts';
import type { Needs } from '../plan/needs.ts';

/**
 * Refuses a deploy or a promote that would stop in the middle, a deploy that nobody could take back, and one whose promote would stop. Only what the
 * API server denies counts: where it does not say, nothing is missing. A way back is never asked about: it goes as far as it may.
 * @throws RolloutError FORBIDDEN with the Role that has it all, unless `missing-permissions` is `warn`.
 */
export async function refuseUnpermitted(session: Session, needs: Needs): Promise<void> {
  const { action, missingPermissions } = session.request.inputs;
  if (!ASKING.includes(action)) return;
  const isEnded = action === 'deploy';
  const asked = [needs.now, isEnded ? needs.back : [], isEnded ? needs.onward : []];
  const [now = [], back = [], onward = []] = await denied(asked, session);
  const all = [...now, ...back, ...onward];
  const missing = missingOf(all);
  if (!missing) return;
  const text = `${missing.message}${whyOf({ now, back })}`;
  const advice = `Apply this Role and bind it to the login (kubectl create rolebinding), or add its rules to the one that it has:\n${rolesFor(all, ROLE)}`;
  if (missingPermissions === 'warn') return session.emit({ type: 'notice', level: 'warning', text: `${text} ${advice}` });
  throw new RolloutError('FORBIDDEN', text, `${advice}\nIf this answer of the API server is wrong, set missing-permissions: warn.`);
}

/** A session that has asked for the rules of its login already, for a deploy or a promote: beside the read of the cluster the answer costs no time. */
export function askingForRights(session: Session): Session {
  const { review } = session.cluster;
  const { inputs, namespace, manifests } = session.request;
  if (!review || !ASKING.includes(inputs.action)) return session;
  const namespaces = new Set([namespace, ...manifests.flatMap(({ object }) => object.metadata.namespace ?? [])]);
  const rules = new Map([...namespaces].map(each => [each, review('SelfSubjectRulesReview', { namespace: each })]));
  for (const answer of rules.values()) answer.catch(() => undefined);
  const known: typeof review = (kind, spec) => {
    const answer = kind === 'SelfSubjectRulesReview' ? rules.get(String(spec.namespace)) : undefined;
    if (!answer) return review(kind, spec);
    // It tells how things were at the beginning, so whoever asks later is answered anew.
    rules.delete(String(spec.namespace));
    return answer;
  };
  return { ...session, cluster: { ...session.cluster, review: known } };
}

const ASKING: readonly string[] = ['deploy', 'promote'];

/** What the Roles that are proposed are called. */
export const ROLE = 'kubernetes-rollout';

async function denied(asked: readonly (readonly KindNeed[])[], { cluster }: Session): Promise<readonly (readonly Need[])[]> {
  if (!cluster.review) return [];
  const groups = [];
  for (const needs of asked) groups.push(await spelled(needs, cluster));
  const lacked = new Set((await lacking(distinct(groups.flat()), cluster)).map(deed));
  return groups.map(of => of.filter(need => lacked.has(deed(need))));
}

const distinct = (needs: readonly Need[]): readonly Need[] => [...new Map(needs.map(need => [deed(need), need])).values()];

function whyOf({ now, back }: Readonly<Record<'now' | 'back', readonly Need[]>>): string {
  if (now.length > 0) return '';
  return back.length > 0
    ? ' The deploy would begin, but no reject could complete.'
    : ' The deploy would begin, but its promote would stop.';
}

function missingOf(needs: readonly Need[]): MissingPermissions | null {
  const [first, ...more] = needs.map((need): Permission => ({ ...need, who: 'This login' }));
  return first ? new MissingPermissions([first, ...more]) : null;
}
