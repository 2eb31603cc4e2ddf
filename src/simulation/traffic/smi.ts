/** SMI: TrafficSplit. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, textAt } from '../json.ts';
import { quantity } from '../objects/quantity.ts';
import { always, type RouteKind, type Rule } from './split.ts';

/** TrafficSplit, all versions: weights are numbers or quantities. */
export const trafficSplit: RouteKind = {
  key: 'split.smi-spec.io/trafficsplits',
  read: route => ({ entries: [`service/${textAt(route, 'spec', 'service')}`], rules: rulesOf(route) }),
};

/** A split without any weight splits nothing: the root Service answers. */
function rulesOf(route: JsonObject): readonly Rule[] {
  const backends = listAt(route, 'spec', 'backends').map(backend => ({
    service: textAt(backend, 'service'),
    weight: quantity(at(backend, 'weight')),
  }));
  return backends.some(backend => backend.weight > 0) ? [{ matches: always, backends, mirrors: [] }] : [];
}
