/** Inputs of other products that are read as ours. */
import { strategies } from '../strategies/index.ts';
import { isOfDeploy, STANDS_BY } from './foreign.ts';
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

/** What it switches where the step does not say. */
const DEFAULT = 'service';

/**
 * `route-method` of a blue-green step, or its default in a step that shows by other inputs whose it was, says what splits the requests where no
 * method is given. GitHub hands our default, pod, over like a given one; counts of pods cannot switch.
 */
export function adopted(given: ReadonlyMap<string, string>, dialect: Dialect): Adopted {
  const said = (name: string, otherwise: string): string => given.get(name)?.toLowerCase() ?? otherwise;
  const isBlueGreen = dialect === 'github' && strategies[said('strategy', '')]?.reach === 'switch';
  const isOpen = said(METHOD, 'pod') === 'pod';
  const asked = said(ROUTE_METHOD, isOfDeploy(given) ? DEFAULT : '');
  if (!isBlueGreen || !isOpen || !routeMethods.includes(asked)) return { given, warnings: [] };
  const others = [...given].filter(([name]) => name !== ROUTE_METHOD);
  const isDeploy = said('action', 'deploy') === 'deploy';
  const why = given.has(ROUTE_METHOD) ? `${ROUTE_METHOD}: ${asked} is` : `${ROUTE_METHOD} is not given, so its default, ${asked}, is`;
  return { given: new Map([...others, [METHOD, asked]]), warnings: isDeploy ? [`${why} read as ${METHOD}. ${STANDS_BY}`] : [] };
}
