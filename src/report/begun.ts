import { matchText } from '../model/match.ts';
import type { Inputs, Request } from '../model/request.ts';
import { percent } from './words.ts';

/** The first line of a run: "deploy by canary and smi at 20 %, release abc, namespace demo (run 12 of web)". */
export function begunText({ inputs, namespace, release, run }: Request): string {
  // Promote and reject go by what the record says, which is not read yet.
  const how = inputs.action !== 'deploy' || inputs.strategy === 'none' ? '' : ` by ${inputs.strategy} and ${inputs.router}`;
  const what = release === null ? '' : `, release ${release}`;
  return `${inputs.action}${how}${reach(inputs)}${what}, namespace ${namespace} (${run.name})${inputs.dryRun ? ', dry run' : ''}`;
}

/** Who gets the new version. By a match alone it has no share: a percentage says for how many requests it has pods. */
function reach({ action, strategy, percentage, match, variantReplicas }: Inputs): string {
  if (percentage === null) return '';
  if (action !== 'deploy' || strategy !== 'ab') return ` at ${percent(percentage)}`;
  const isSized = percentage > 0 && variantReplicas === null;
  return ` for ${matchText(match)}${isSized ? `, with pods for ${percent(percentage)}` : ''}`;
}
