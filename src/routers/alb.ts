import { records } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { bareRouting } from './alb-bare.ts';
import { ALB, type Routing, readRouting, splitRouting } from './alb-rules.ts';
import { kindName, listsOf, routesIn, viewOf } from './carriers.ts';
import { annotationEdits, patchWith } from './edits.ts';
import { classOf, hasAnnotations, INGRESS } from './ingress.ts';

/** AWS Load Balancer Controller: the user's Ingress leads to the root by an action with weighted target groups. */
export const alb: TrafficRouter = {
  name: 'alb',
  about:
    "Weighted target groups in the actions of the user's Ingress, as the AWS Load Balancer Controller reads them. A load balancer ignores case in comparisons; regular expressions need controller version 2.14.1 or later.",
  routing: 'weights',
  owner: 'user',
  can: ['weight', 'baseline', 'match-beside-weight', 'header', 'cookie', 'regex', 'affinity'],
  settleSeconds: 30,
  lag: 'not measured: the controller calls AWS, and the load balancer follows some seconds later',
  lateEndpoints: 'the load balancer removes a pod from its targets some seconds after the pod starts to terminate',
  kinds: [kindName(INGRESS)],
  collections: (namespace, live) => listsOf([INGRESS], namespace, live),
  carriers: (root, live) => carriersOf(root, live).map(refOf),
  render(traffic, root, live) {
    if (traffic === null) return [];
    return carriersOf(root, live).flatMap(carrier => {
      const before = routingOf(carrier);
      const { annotations, rules, defaultBackend } = splitRouting(before, traffic, root);
      return patchWith(carrier, [
        ...annotationEdits(carrier, annotations),
        { path: '/spec/rules', from: carrier.spec?.rules, to: carrier.spec?.rules === undefined ? undefined : rules },
        { path: '/spec/defaultBackend', from: carrier.spec?.defaultBackend, to: defaultBackend },
      ]);
    });
  },
  bare: (carrier, { original, root }) => withRouting(carrier, bareRouting(routingOf(carrier), routingOf(original), root)),
  read: (root, live) =>
    viewOf(
      'user',
      carriersOf(root, live).flatMap(carrier => readRouting(routingOf(carrier), root)),
    ),
  rivals: () => [],
  accepted: () => ({
    state: 'ready',
    text: 'an Ingress does not say when its load balancer applied it: the step waits for the traffic delay instead',
  }),
};

const routingOf = ({ metadata, spec }: KubeObject): Routing => ({
  annotations: metadata.annotations ?? {},
  rules: records(spec?.rules),
  defaultBackend: spec?.defaultBackend,
});

const withRouting = (carrier: KubeObject, { annotations, rules, defaultBackend }: Routing): KubeObject => ({
  ...carrier,
  metadata: {
    ...carrier.metadata,
    annotations: Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  },
  spec: toJson({
    ...carrier.spec,
    ...(carrier.spec?.rules === undefined ? {} : { rules }),
    ...(defaultBackend === undefined ? {} : { defaultBackend }),
  }),
});

const carriersOf = (root: Root, live: Live): readonly KubeObject[] =>
  routesIn([INGRESS], root, live).filter(object => !isOurs(object) && isServed(object) && readRouting(routingOf(object), root).length > 0);

const isServed = (object: KubeObject): boolean => /(^|-)alb($|-)/.test(classOf(object)) || hasAnnotations(object, ALB);
