import type { TrafficRouter } from '../model/router.ts';
import { alb } from './alb.ts';
import { contour } from './contour.ts';
import { gatewayApi } from './gateway-api.ts';
import { goreplay } from './goreplay.ts';
import { istio } from './istio.ts';
import { linkerd } from './linkerd.ts';
import { nginx } from './nginx.ts';
import { pod } from './pod.ts';
import { script } from './script.ts';
import { service } from './service.ts';
import { smi } from './smi.ts';
import { traefik } from './traefik.ts';

const table: Readonly<Record<string, TrafficRouter>> = {
  pod,
  smi,
  'gateway-api': gatewayApi,
  contour,
  istio,
  nginx,
  traefik,
  linkerd,
  alb,
  service,
  goreplay,
  script,
};

/** Every traffic provider, by the name that the `traffic-split-method` input takes, in the order in which `auto` asks for routes of the user's. Looked up by words of others: it has no prototype. */
export const routers: typeof table = Object.setPrototypeOf(table, null);
