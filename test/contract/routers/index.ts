import alb from './alb.ts';
import contour from './contour.ts';
import gatewayApi from './gateway-api.ts';
import goreplay from './goreplay.ts';
import istio from './istio.ts';
import linkerd from './linkerd.ts';
import nginx from './nginx.ts';
import script from './script.ts';
import service from './service.ts';
import smi from './smi.ts';
import traefik from './traefik.ts';
import type { Fixture } from './world.ts';

/** Every router that sets something, with the worlds it is tried in. */
export const fixtures: readonly Fixture[] = [gatewayApi, contour, linkerd, smi, istio, nginx, traefik, alb, service, goreplay, script];
