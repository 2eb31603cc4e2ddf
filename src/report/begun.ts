import { matchText } from '../model/match.ts';
import type { Inputs, Request } from '../model/request.ts';
import type { Reach, Strategy } from '../model/strategy.ts';
import { percent } from './words.ts';

/** The first line of a run: "deploy by canary and smi at 20 %, release abc, namespace demo (run 12 of web)". */
export function begunText(request: Request, { place, reach }: Pick<Strategy, 'place' | 'reach'>): string {
  const { inputs, release, run } = request;
  // Promote and reject go by what the record says, which is not read yet.
  const how = inputs.action !== 'deploy' || place === 'in-place' ? '' : ` by ${inputs.strategy} and ${inputs.router}`;
  const what = release === null ? '' : `, release ${release}`;
  return `${inputs.action}${how}${getting(inputs, reach)}${what}, ${placeOf(request)} (${run.name})${inputs.dryRun ? ', dry run' : ''}`;
}

/** What a file says of its namespace stands above the input, as it does for the objects. */
function placeOf({ namespace, manifests }: Request): string {
  const named = [...new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []))];
  const [first = namespace, ...more] = named;
  if (more.length > 0) return `namespaces ${named.join(', ')}${named.includes(namespace) ? '' : ` of the files, not ${namespace}`}`;
  return first === namespace ? `namespace ${namespace}` : `namespace ${first} of the files, not ${namespace}`;
}

/** Who gets the new version. By a match alone it has no share: a percentage says for how many requests it has pods. */
function getting({ action, percentage, match, variantReplicas }: Inputs, reach: Reach): string {
  if (percentage === null) return '';
  if (action !== 'deploy' || reach !== 'match') return ` at ${percent(percentage)}`;
  const isSized = percentage > 0 && variantReplicas === null;
  return ` for ${matchText(match)}${isSized ? `, with pods for ${percent(percentage)}` : ''}`;
}
