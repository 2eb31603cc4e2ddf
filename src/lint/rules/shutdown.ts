/** How pods end. */
import { DEFAULT_GRACE_SECONDS } from '../../manifests/drain.ts';
import { at, items, number, text } from '../../manifests/json.ts';
import { podTemplate } from '../../manifests/workloads.ts';
import type { Rule } from '../finding.ts';
import { type Container, containersIn, isServed, podSpecPath, titleOf } from '../workload.ts';

/** A pod that is killed while it still answers loses what it began. */
export const graceTooShort: Rule = {
  code: 'grace-too-short',
  level: 'warning',
  about: 'A pod that ends has time to finish what it began.',
  remarks: (file, all) => {
    if (!isServed(file, all)) return [];
    const field = `${podSpecPath(file)}.terminationGracePeriodSeconds`;
    const grace = number(at(podTemplate(file.object), 'spec.terminationGracePeriodSeconds'), DEFAULT_GRACE_SECONDS);
    const sleep = Math.max(0, ...containersIn(file, 'containers').map(sleepSeconds));
    if (sleep > 0 && grace <= sleep) {
      const what = `${titleOf(file)}: its preStop hook takes ${sleep} s of a grace period of ${grace} s, so its pods are killed before they get SIGTERM.`;
      return [{ path: field, what, set: `${field}: ${sleep + DEFAULT_GRACE_SECONDS}` }];
    }
    if (grace >= all.drainSeconds) return [];
    const what = `${titleOf(file)}: a grace period of ${grace} s is shorter than the drain of ${all.drainSeconds} s: requests that take as long are cut off.`;
    return [{ path: field, what, set: `${field}: ${Math.ceil(all.drainSeconds)} or more` }];
  },
};

/** How long a hook sleeps, by the field or by the command. */
function sleepSeconds({ fields }: Container): number {
  const hook = at(fields, 'lifecycle.preStop');
  const words = items(at(hook, 'exec.command')).map(text).join(' ');
  const [, seconds] = /(?:^|[\s/;&"'])sleep\s+(\d+)(?![\d.]*[mhd])/.exec(words) ?? [];
  return number(at(hook, 'sleep.seconds'), Number(seconds ?? 0));
}
