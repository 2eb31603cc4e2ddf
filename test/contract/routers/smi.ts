import { smi } from '../../../src/routers/smi.ts';
import { type Fixture, rootService } from './world.ts';

const fixture: Fixture = {
  router: smi,
  worlds: ['v1alpha1', 'v1alpha2', 'v1alpha3', 'v1alpha4'].map(version => ({
    name: `a mesh that serves ${version}`,
    objects: [rootService],
    versions: { 'split.smi-spec.io/TrafficSplit': [version] },
  })),
};

export default fixture;
