/** What the objects of a method are done with. */
import { RolloutError } from '../../errors.ts';
import { record } from '../../manifests/json.ts';
import { templateOf } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import type { Inputs } from '../../model/request.ts';
import type { TrafficRouter } from '../../model/router.ts';
import { routers } from '../../routers/index.ts';
import { OF_INGRESS, routersOfIngress } from '../../routers/of-ingress.ts';
import { containersIn } from '../../routers/sidecars.ts';
import { withStandIns } from '../../routers/stand-ins.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';

/** A kind in whichever version is served, and the verbs, apart by blanks. */
interface RouteUse {
  readonly apiVersion: string;
  readonly kind: string;
  readonly verbs: string;
}

const VERBS = { patched: 'patch watch', made: 'create update delete watch' } as const;

/** Of every router that the inputs name, and of whoever carries its splits out where these Deployments' pods have the proxy for it. */
export function routeRights(inputs: Inputs, files: readonly KubeObject[]): readonly RouteUse[] {
  const containers = files
    .filter(isDeployment)
    .flatMap(file => containersIn({ ...file, spec: record(templateOf(file).spec) as JsonObject }));
  return withStandIns(routersFor(inputs), containers).flatMap(router => ofRouter(router, inputs));
}

/**
 * The routers that the inputs name; none for a strategy that splits nothing.
 * @throws RolloutError INVALID_INPUT for `auto`, which looks at the cluster.
 */
export function routersFor({ strategy, router }: Inputs): readonly TrafficRouter[] {
  if (strategyNamed(strategy).place !== 'beside') return [];
  if (router.includes('auto'))
    throw new RolloutError(
      'INVALID_INPUT',
      'traffic-split-method auto uses what it finds in the cluster, so a Role for it would have to grant everything',
      'Name the method that splits your requests: smi, gateway-api, pod ...',
    );
  if (router.includes(OF_INGRESS)) return routersOfIngress();
  return router.flatMap(name => routers[name] ?? []);
}

/** How a router writes a kind of its own: it patches what is the user's and makes what is ours, unless it says otherwise. */
export const waysOf = ({ owner, writes = {} }: TrafficRouter, kind: string): readonly ('patched' | 'made')[] =>
  writes[kind] ?? [owner === 'user' ? 'patched' : 'made'];

/** What only helps to match requests is made where some are matched. */
function ofRouter(router: TrafficRouter, { match }: Inputs): readonly RouteUse[] {
  const { kinds, helpers = [] } = router;
  return kinds.map(name => {
    const [group = '', kind = ''] = name.split('/');
    const done = helpers.includes(name) && match.length === 0 ? [] : waysOf(router, name);
    return { apiVersion: `${group}/`, kind, verbs: ['get list', ...done.map(how => VERBS[how])].join(' ') };
  });
}
