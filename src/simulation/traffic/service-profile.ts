/** Linkerd: ServiceProfile. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, textAt } from '../json.ts';
import { quantity } from '../objects/quantity.ts';
import { serviceOfHost } from './conditions.ts';
import { always, type RouteKind, type Rule } from './split.ts';

/** ServiceProfile, named after its Service's address. Without a route and without overrides nobody goes by it; with routes alone it splits nothing. */
export const serviceProfile: RouteKind = {
  key: 'linkerd.io/serviceprofiles',
  read: profile => {
    const rules = rulesOf(profile);
    const service = serviceOfHost(textAt(profile, 'metadata', 'name'), textAt(profile, 'metadata', 'namespace'));
    const isTaken = rules.length > 0 || listAt(profile, 'spec', 'routes').length > 0;
    return { entries: isTaken ? [`service/${service}`] : [], rules, by: 'profile' };
  },
};

function rulesOf(profile: JsonObject): readonly Rule[] {
  const backends = listAt(profile, 'spec', 'dstOverrides').map(override => ({
    service: serviceOfHost(textAt(override, 'authority').split(':')[0] ?? '', textAt(profile, 'metadata', 'namespace')),
    weight: quantity(at(override, 'weight')),
  }));
  return backends.length === 0 ? [] : [{ matches: always, backends, mirrors: [] }];
}
