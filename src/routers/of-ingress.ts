import type { TrafficRouter } from '../model/router.ts';
import { kindName } from './carriers.ts';
import { routers } from './index.ts';
import { INGRESS } from './ingress.ts';

/** The method that stands for whichever router reads the Ingress before the Service. */
export const OF_INGRESS = 'ingress';

/** The routers that split requests by an Ingress. */
export const routersOfIngress = (): readonly TrafficRouter[] =>
  Object.values(routers).filter(({ kinds }) => kinds.includes(kindName(INGRESS)));
