import { matchText } from '../model/match.ts';
import type { Request } from '../model/request.ts';
import { percent } from './words.ts';

/** The first line of a run: "deploy by canary and smi at 20 %, release abc, namespace demo (run 12 of web)". */
export function begunText({ inputs, namespace, release, run }: Request): string {
  // Promote and reject go by what the record says, which is not read yet.
  const how = inputs.action !== 'deploy' || inputs.strategy === 'none' ? '' : ` by ${inputs.strategy} and ${inputs.router}`;
  // Whoever gets the new version by a match alone has no share to tell.
  const isByMatch = inputs.action === 'deploy' && inputs.strategy === 'ab' && inputs.percentage === 0;
  const share = isByMatch ? ` for ${matchText(inputs.match)}` : inputs.percentage === null ? '' : ` at ${percent(inputs.percentage)}`;
  const what = release === null ? '' : `, release ${release}`;
  return `${inputs.action}${how}${share}${what}, namespace ${namespace} (${run.name})${inputs.dryRun ? ', dry run' : ''}`;
}
