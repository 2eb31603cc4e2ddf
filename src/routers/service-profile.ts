import { RolloutError } from '../errors.ts';
import { at, records, text } from '../manifests/json.ts';
import { isOurs, ourLabels } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { type Backend, carries, roleOf, serviceOf, split, weightsOf } from './backends.ts';
import { patched, type RouteKind, routesIn, servedAs } from './carriers.ts';
import type { Place } from './gateway-api.ts';
import { portsOf } from './linkerd-routes.ts';
import { written } from './ours.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Linkerd's older way. A profile of a Service takes precedence over its HTTPRoutes. */
export const PROFILE: RouteKind = { group: 'linkerd.io', kind: 'ServiceProfile', versions: ['v1alpha2'] };

/** Linkerd multiplies thousandths by ten into 32 bits. */
const LIMIT = 400_000_000;

/** The profile of the root Service, whatever the cluster's domain is. */
export const profileOf = (root: Root, live: Live): KubeObject | undefined =>
  routesIn([PROFILE], root, live).find(({ metadata }) => metadata.name.startsWith(`${root.service}.${root.namespace}.svc.`));

/** Whether Linkerd's proxies go by a profile: one without a route and without an override is left for policy, which is HTTPRoutes. */
export const decides = (profile: KubeObject): boolean =>
  [at(profile, 'spec.routes'), at(profile, 'spec.dstOverrides')].some(entries => records(entries).length > 0);

/** Whether a profile sends the root's requests elsewhere. */
export const leadsElsewhere = (profile: KubeObject, root: Root, live: Live): boolean => !carries(backendsOf(profile, root, live));

/** The changes of a profile that split the root so, of the user's or of ours. Throws UNSUPPORTED for what a profile cannot say. */
export function renderProfile(traffic: Traffic, { root, live }: Place): readonly Change[] {
  const found = profileOf(root, live);
  if (traffic.match || traffic.affinity) throw refused();
  if (found && !isOurs(found)) return patched(found, 'spec.dstOverrides', overrides(found, traffic, { root, live }));
  const profile: KubeObject = {
    apiVersion: servedAs(PROFILE, live) ?? `${PROFILE.group}/v1alpha2`,
    kind: PROFILE.kind,
    metadata: {
      name: `${root.service}.${root.namespace}.${DOMAIN}`,
      namespace: root.namespace,
      labels: { ...ourLabels('route', root.workload) },
    },
  };
  return written({ ...profile, spec: toJson({ dstOverrides: overrides(profile, traffic, { root, live }) }) }, found);
}

/** Takes a profile of ours away. */
export function removeProfile({ root, live }: Place): readonly Change[] {
  const found = profileOf(root, live);
  return found && isOurs(found) ? [{ do: 'remove', ref: refOf(found) }] : [];
}

/** How a profile splits the root. */
export const readProfile = (profile: KubeObject, root: Root, live: Live): Traffic => ({
  weights: weightsOf(backendsOf(profile, root, live)),
});

const DOMAIN = 'svc.cluster.local';

/** A profile without overrides leaves all to the root. */
function backendsOf(profile: KubeObject, root: Root, live: Live): readonly Backend[] {
  const entries = records(at(profile, 'spec.dstOverrides'));
  const plain: Fields = { authority: `${root.service}.${root.namespace}.${DOMAIN}${portOf(root, live)}`, weight: '1' };
  return (entries.length > 0 ? entries : [plain]).map(fields => ({
    role: roleOfAuthority(text(fields.authority), root),
    group: '',
    weight: thousandths(fields.weight),
    fields,
  }));
}

/** An authority without port means the port of the request: right for a Service with several. */
const portOf = (root: Root, live: Live): string => {
  const [port, ...more] = portsOf(root, live);
  return more.length === 0 ? `:${port}` : '';
};

function roleOfAuthority(authority: string, root: Root): Backend['role'] {
  const [service = '', namespace, kind] = authority.split(':')[0]?.split('.') ?? [];
  return namespace === root.namespace && kind === 'svc' ? roleOf(service, root) : null;
}

/** Weights are quantities: "900m" is 900 thousandths, 2 is 2000. */
function thousandths(weight: unknown): number {
  const quantity = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(weight ?? ''));
  return quantity ? Math.round(Number(quantity[1]) * (quantity[2] ? 1 : 1000)) : 0;
}

function overrides(profile: KubeObject, { weights }: Traffic, { root, live }: Place): unknown {
  const backends = backendsOf(profile, root, live);
  const isPlain = backends.every(({ role }) => role === null || role === 'stable');
  if (isPlain && !isOurs(profile) && Object.keys(weights).every(role => role === 'stable')) return at(profile, 'spec.dstOverrides');
  return split(backends, weights, LIMIT).map(({ role, weight, fields }) => ({
    ...fields,
    authority: role ? renamed(text(fields.authority), serviceOf(role, root)) : fields.authority,
    weight: `${weight}m`,
  }));
}

const renamed = (authority: string, service: string): string => [service, ...authority.split('.').slice(1)].join('.');

const refused = (): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    'a ServiceProfile splits by weight only, and it decides for this Service',
    'Install the HTTPRoute of the Gateway API or of Linkerd and remove the ServiceProfile, or deploy without match and affinity.',
  );
