/** The kinds of routes that the simulated data planes read. Another one is a file and a line. */
import { httpProxy } from './http-proxy.ts';
import { grpcRoute, httpRoute, policyRoute } from './http-route.ts';
import { ingress } from './ingress.ts';
import { serviceProfile } from './service-profile.ts';
import { trafficSplit } from './smi.ts';
import type { RouteKind } from './split.ts';
import { ingressRoute } from './traefik.ts';
import { virtualService } from './virtual-service.ts';

/** In the order in which they are asked: a ServiceProfile takes precedence over HTTPRoutes. */
export const routeKinds: readonly RouteKind[] = [
  trafficSplit,
  serviceProfile,
  httpRoute,
  grpcRoute,
  policyRoute,
  httpProxy,
  virtualService,
  ingressRoute,
  ingress,
];
