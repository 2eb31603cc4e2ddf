/** Namespaces among the files, in operations: they come before the claim, since the record has to be in one. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { Live } from '../../model/live.ts';
import type { Operation } from '../../model/operation.ts';
import type { Request } from '../../model/request.ts';
import type { App } from '../world/app.ts';

/** Creates those that are not there. */
function bringing({ inputs, manifests }: Request, { objects }: Pick<Live, 'objects'>): readonly Bringing[] {
  const files = inputs.action === 'deploy' ? manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Namespace') : [];
  const missing = new Map(files.map(object => [keyOf(refOf(object)), object] as const).filter(([key]) => !objects[key]));
  return [...missing.values()].map(object => ({ do: 'bring', object }));
}

/** Those of a plan: its workloads were read at once. */
export const broughtBy = ([app]: readonly App[]): readonly Bringing[] => (app ? bringing(app.request, app.live) : []);

type Bringing = Extract<Operation, { do: 'bring' }>;
