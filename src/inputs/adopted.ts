/** Inputs of other products that are read as ours. */
import type { Dialect } from './input.ts';

/** The inputs as they are read, and what the user should know of it. */
export interface Adopted {
  readonly given: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const METHOD = 'traffic-split-method';
const ROUTE_METHOD = 'route-method';

/** What a blue-green step of Azure/k8s-deploy switches, which are names of our methods too. */
const routeMethods = ['service', 'ingress', 'smi'];

/**
 * `route-method` of a blue-green step says what splits the requests where no method is given. GitHub hands our default, pod, over like a
 * given one; by pods blue-green cannot be had.
 */
export function adopted(given: ReadonlyMap<string, string>, dialect: Dialect): Adopted {
  const method = given.get(ROUTE_METHOD)?.toLowerCase() ?? '';
  const isTheirs = dialect === 'github' && given.get('strategy')?.toLowerCase() === 'blue-green' && routeMethods.includes(method);
  if (!isTheirs || (given.get(METHOD)?.toLowerCase() ?? 'pod') !== 'pod') return { given, warnings: [] };
  const others = [...given].filter(([name]) => name !== ROUTE_METHOD);
  return {
    given: new Map([...others, [METHOD, method]]),
    warnings:
      (given.get('action') ?? 'deploy').toLowerCase() === 'deploy' ? [`${ROUTE_METHOD}: ${method} is read as ${METHOD}. ${STANDS_BY}`] : [],
  };
}

/** How deploy by blue-green differs from that of Azure/k8s-deploy. */
export const STANDS_BY =
  'Deploy in Azure/k8s-deploy gives the new version all requests at once; here it stands by until promote, or until a deploy with percentage: 100.';
