/** Namespaces among the files, in operations: they come before the claim, since the record has to be in one. */
import { namespacesOf } from '../../manifests/namespaces.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { Live } from '../../model/live.ts';
import type { Operation } from '../../model/operation.ts';
import type { Request } from '../../model/request.ts';
import type { App } from '../world/app.ts';

/** Creates those that are not there. */
const bringing = (request: Request, { objects }: Pick<Live, 'objects'>): readonly Bringing[] =>
  namespacesOf(request)
    .filter(object => !objects[keyOf(refOf(object))])
    .map(object => ({ do: 'bring', object }));

/** Those of a plan: its workloads were read at once. */
export const namespacesToCreate = ([app]: readonly App[]): readonly Bringing[] => (app ? bringing(app.request, app.live) : []);

type Bringing = Extract<Operation, { do: 'bring' }>;
