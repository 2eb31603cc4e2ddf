/** What the server adds to new objects, and refuses by policy: addresses, pod defaults, quotas. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import { quantity } from '../objects/quantity.ts';
import { type Api, subjectOf, type Target } from './api.ts';
import { forbidden } from './failure.ts';

/** The new object as admitted; throws 403 when a quota has no room. */
export function admit(api: Api, target: Target, object: JsonObject): JsonObject {
  switch (target.resource.kind) {
    case 'Service':
      return addressed(api, object);
    case 'Pod':
      checkQuotas(api, target, object);
      return admitPod(object);
    case 'Job':
      return admitJob(object);
    case 'Namespace':
      return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    case 'PersistentVolumeClaim':
      return { ...withAt(object, ['metadata', 'finalizers'], ['kubernetes.io/pvc-protection']), status: { phase: 'Pending' } };
    case 'HorizontalPodAutoscaler':
      return withAt(withAt(object, ['status', 'currentMetrics'], null), ['status', 'desiredReplicas'], 0);
    default:
      return object;
  }
}

/** The quality of service that a pod's requests and limits give it. */
export function qosClass(spec: JsonObject): string {
  const all = listAt(spec, 'containers').map(container => objectAt(container, 'resources'));
  if (all.every(r => Object.keys(objectAt(r, 'limits')).length + Object.keys(objectAt(r, 'requests')).length === 0)) return 'BestEffort';
  const sure = all.every(r =>
    ['cpu', 'memory'].every(name => at(r, 'limits', name) !== undefined && at(r, 'limits', name) === at(r, 'requests', name)),
  );
  return sure ? 'Guaranteed' : 'Burstable';
}

function addressed(api: Api, object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  if (spec.type === 'ExternalName') return object;
  const clusterIP = textAt(spec, 'clusterIP') || freeAddress(api);
  const families = { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return { ...object, spec: { ...spec, ...families, ...nodePorts(api, spec) } };
}

function freeAddress(api: Api): string {
  const used = new Set(api.store.list('/services', '').map(service => textAt(service, 'spec', 'clusterIP')));
  for (;;) {
    const address = `10.96.${Math.floor(api.random.next() * 256)}.${1 + Math.floor(api.random.next() * 254)}`;
    if (!used.has(address)) return address;
  }
}

function nodePorts(api: Api, spec: JsonObject): JsonObject {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return {};
  return {
    ports: listAt(spec, 'ports').map(port =>
      isObject(port) ? { nodePort: 30_000 + Math.floor(api.random.next() * 2768), ...port } : port,
    ),
  };
}

function admitPod(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const given = listAt(spec, 'tolerations');
  const added = ['not-ready', 'unreachable'].map(state => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  const missing: readonly Json[] = added.filter(toleration => !given.some(other => textAt(other, 'key') === toleration.key));
  return {
    ...object,
    spec: { priority: 0, preemptionPolicy: 'PreemptLowerPriority', ...spec, tolerations: [...given, ...missing] },
    status: { phase: 'Pending', qosClass: qosClass(spec) },
  };
}

/** A Job finds its pods by labels that no other Job has. */
function admitJob(object: JsonObject): JsonObject {
  if (at(object, 'spec', 'manualSelector') === true) return object;
  const uid = textAt(object, 'metadata', 'uid');
  const name = textAt(object, 'metadata', 'name');
  const own = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
  const labels = { ...stringsAt(object, 'spec', 'template', 'metadata', 'labels'), ...own };
  const selected = withAt(object, ['spec', 'selector'], { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
  const labelled =
    Object.keys(stringsAt(object, 'metadata', 'labels')).length > 0 ? selected : withAt(selected, ['metadata', 'labels'], labels);
  return withAt(labelled, ['spec', 'template', 'metadata', 'labels'], labels);
}

function checkQuotas(api: Api, target: Target, pod: JsonObject): void {
  for (const quota of api.store.list('/resourcequotas', target.namespace)) {
    const asked = podUsage([pod]);
    const used = podUsage(
      api.store.list('/pods', target.namespace).filter(p => !['Succeeded', 'Failed'].includes(textAt(p, 'status', 'phase'))),
    );
    const hard = stringsAt(quota, 'spec', 'hard');
    const over = Object.keys(hard).filter(name => (asked[name] ?? 0) > 0 && (used[name] ?? 0) + (asked[name] ?? 0) > quantity(hard[name]));
    if (over.length === 0) continue;
    const list = (values: Readonly<Record<string, string | number>>): string => over.map(name => `${name}=${values[name] ?? 0}`).join(',');
    const why = `exceeded quota: ${textAt(quota, 'metadata', 'name')}, requested: ${list(asked)}, used: ${list(used)}, limited: ${list(hard)}`;
    throw forbidden(subjectOf(target, textAt(pod, 'metadata', 'name')), why);
  }
}

/** What pods count for in quotas. */
export function podUsage(pods: readonly JsonObject[]): Readonly<Record<string, number>> {
  const sum = (kind: 'requests' | 'limits', name: string): number =>
    pods
      .flatMap(pod => listAt(pod, 'spec', 'containers'))
      .reduce<number>((total, container) => total + quantity(at(container, 'resources', kind, name)), 0);
  const cpu = sum('requests', 'cpu');
  const memory = sum('requests', 'memory');
  const limits = { 'limits.cpu': sum('limits', 'cpu'), 'limits.memory': sum('limits', 'memory') };
  return { pods: pods.length, 'count/pods': pods.length, cpu, memory, 'requests.cpu': cpu, 'requests.memory': memory, ...limits };
}
