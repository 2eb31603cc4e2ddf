import { smi } from '../../../src/routers/smi.ts';
import { type Fixture, rootService } from './world.ts';

const fixture: Fixture = {
  router: smi,
  worlds: ['v1alpha1', 'v1alpha2', 'v1alpha3', 'v1alpha4'].map((version, i) => ({
    name: `a mesh that serves ${version}`,
    objects: [rootService],
    versions: { 'split.smi-spec.io/TrafficSplit': [version], ...(i > 1 ? { 'specs.smi-spec.io/HTTPRouteGroup': [version] } : {}) },
    can: i > 1 ? smi.can : (['weight', 'baseline'] as const),
    takes: traffic => !traffic.match?.length || (traffic.weights.canary === 0 && traffic.weights.baseline === undefined),
  })),
};

export default fixture;
