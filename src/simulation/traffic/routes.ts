/** The kinds of routes that the simulated data planes read. Another one is a file and a line. */
import { httpProxy } from './http-proxy.ts';
import { httpRoute } from './http-route.ts';
import { trafficSplit } from './smi.ts';
import type { RouteKind } from './split.ts';

/** In the order in which they are asked. */
export const routeKinds: readonly RouteKind[] = [trafficSplit, httpRoute, httpProxy];
