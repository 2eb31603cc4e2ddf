/** Whether the login may do what is planned, and what will end it: asked before the first write. */
import { lacking } from './execute/reviews.ts';
import type { Session } from './execute/session.ts';
import { roleYaml } from './manifests/role.ts';
import { deed, MissingPermissions, type Need, type Permission } from './model/permission.ts';
import { needsOf } from './plan/needs.ts';
import type { Prepared } from './plan/prepare.ts';

/**
 * Warns of a deploy or a promote that would stop in the middle, of a deploy that nobody could take back, and of what its promote will lack.
 * Where the API server does not say, nothing is told. A way back is never asked about: it goes as far as it may.
 */
export async function warnUnpermitted(session: Session, prepared: Prepared): Promise<void> {
  const { action } = session.request.inputs;
  if ((action !== 'deploy' && action !== 'promote') || prepared.plan.length === 0) return;
  const needs = needsOf(prepared);
  const ends = action === 'deploy' ? [...needs.back, ...needs.onward] : [];
  const lacked = new Set((await lacking([...needs.now, ...ends], session.cluster)).map(deed));
  const [now = [], back = [], onward = []] = [needs.now, ends.slice(0, needs.back.length), ends.slice(needs.back.length)].map(of =>
    of.filter(need => lacked.has(deed(need))),
  );
  const lack = lackText(now, back);
  const warn = (text: string): void => session.emit({ type: 'notice', level: 'warning', text });
  if (lack) warn(lack);
  const later = missing(onward.filter(need => !back.some(other => deed(other) === deed(need))));
  if (later) warn(`${later.message} The promote of this rollout needs it. ${later.hint}`);
}

/** What the plan or its reject lacks, and the Role that has it; null: nothing. */
function lackText(now: readonly Need[], back: readonly Need[]): string | null {
  const all = missing([...now, ...back]);
  if (!all) return null;
  const why = now.length > 0 ? '' : ' The deploy would begin, and no reject could take it back to its end.';
  return `${all.message}${why} Apply this Role and bind it to the login (kubectl create rolebinding), or add its rules to the one that it has:\n${rolesFor([...now, ...back])}`;
}

function missing(needs: readonly Need[]): MissingPermissions | null {
  const [first, ...more] = needs.map((need): Permission => ({ ...need, who: 'This login' }));
  return first ? new MissingPermissions([first, ...more]) : null;
}

/** A document for each namespace; Secrets by name where one is known. */
function rolesFor(needs: readonly Need[]): string {
  const namespaces = [...new Set(needs.map(({ namespace }) => namespace))];
  return namespaces
    .map(namespace => {
      const rights = needs
        .filter(need => need.namespace === namespace)
        .map(({ verb, group, resource, name }) => ({
          group,
          resource,
          verbs: [verb],
          names: resource === 'secrets' && name !== null ? [name] : [],
        }));
      return roleYaml({ name: 'kubernetes-rollout', namespace }, rights);
    })
    .join('\n---\n');
}
