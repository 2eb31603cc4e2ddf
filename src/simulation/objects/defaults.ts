/** The defaults that the API server writes into built-in objects, beside those that stand in the schema. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import { withDefaults } from './fallback.ts';
import { podOnlyDefaults, podSpecDefaults, templateDefaults } from './pod-defaults.ts';

type Defaults = (object: JsonObject) => JsonObject;

/** The object with its kind's defaults. */
export function kindDefaults(kind: string, object: JsonObject): JsonObject {
  return (byKind[kind] ?? same)(object);
}

const same: Defaults = object => object;

const byKind: Readonly<Record<string, Defaults>> = {
  Pod: object => withAt(object, ['spec'], podOnlyDefaults(podSpecDefaults(objectAt(object, 'spec')))),
  PodTemplate: object => ({ ...object, template: templateDefaults(objectAt(object, 'template')) }),
  Deployment: object => workload(object, deploymentDefaults),
  ReplicaSet: object => workload(object, spec => ({ replicas: 1, ...spec })),
  StatefulSet: object => workload(object, statefulSetDefaults),
  DaemonSet: object =>
    withDefaults(workload(object, daemonSetDefaults), { metadata: { annotations: { 'deprecated.daemonset.template.generation': '1' } } }),
  Job: jobDefaults,
  CronJob: cronJobDefaults,
  Service: serviceDefaults,
  Namespace: object =>
    withDefaults(object, { metadata: { labels: { 'kubernetes.io/metadata.name': textAt(object, 'metadata', 'name') } } }),
  Secret: secretDefaults,
  HorizontalPodAutoscaler: object =>
    withDefaults(object, {
      spec: { minReplicas: 1, ...(at(object, 'spec', 'metrics') === undefined ? { metrics: [defaultMetric] } : {}) },
    }),
  NetworkPolicy: networkPolicyDefaults,
  Role: object => ({ rules: null, ...object }),
  ClusterRole: object => ({ rules: null, ...object }),
  RoleBinding: bindingDefaults,
  ClusterRoleBinding: bindingDefaults,
  PersistentVolumeClaim: object => withDefaults(object, { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } }),
  CustomResourceDefinition: crdDefaults,
  ValidatingWebhookConfiguration: object => webhookDefaults(object, {}),
  MutatingWebhookConfiguration: object => webhookDefaults(object, { reinvocationPolicy: 'Never' }),
  APIService: object => withServicePort(object, ['spec', 'service']),
};

const defaultMetric: JsonObject = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };

function workload(object: JsonObject, specDefaults: Defaults): JsonObject {
  const spec = specDefaults(objectAt(object, 'spec'));
  return { ...object, spec: { ...spec, template: templateDefaults(objectAt(spec, 'template')) } };
}

function deploymentDefaults(spec: JsonObject): JsonObject {
  const type = textAt(spec, 'strategy', 'type') || 'RollingUpdate';
  const rolling = { maxUnavailable: '25%', maxSurge: '25%', ...objectAt(spec, 'strategy', 'rollingUpdate') };
  const strategy = { ...objectAt(spec, 'strategy'), type, ...(type === 'RollingUpdate' ? { rollingUpdate: rolling } : {}) };
  return { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, ...spec, strategy };
}

function statefulSetDefaults(spec: JsonObject): JsonObject {
  const type = textAt(spec, 'updateStrategy', 'type') || 'RollingUpdate';
  const rolling = { partition: 0, ...objectAt(spec, 'updateStrategy', 'rollingUpdate') };
  const updateStrategy = { ...objectAt(spec, 'updateStrategy'), type, ...(type === 'RollingUpdate' ? { rollingUpdate: rolling } : {}) };
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Retain', whenScaled: 'Retain' };
  return {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy,
    ...spec,
    ...claimTemplates(spec),
    updateStrategy,
  };
}

function claimTemplates(spec: JsonObject): JsonObject {
  if (spec.volumeClaimTemplates === undefined) return {};
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } };
  return {
    volumeClaimTemplates: listAt(spec, 'volumeClaimTemplates').map(template =>
      isObject(template) ? withDefaults(template, claim) : template,
    ),
  };
}

function daemonSetDefaults(spec: JsonObject): JsonObject {
  const type = textAt(spec, 'updateStrategy', 'type') || 'RollingUpdate';
  const rolling = { maxUnavailable: 1, maxSurge: 0, ...objectAt(spec, 'updateStrategy', 'rollingUpdate') };
  const updateStrategy = { ...objectAt(spec, 'updateStrategy'), type, ...(type === 'RollingUpdate' ? { rollingUpdate: rolling } : {}) };
  return { revisionHistoryLimit: 10, ...spec, updateStrategy };
}

function cronJobDefaults(object: JsonObject): JsonObject {
  const spec = {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    ...objectAt(object, 'spec'),
  };
  const template = templateDefaults(objectAt(spec, 'jobTemplate', 'spec', 'template'));
  return { ...object, spec: withAt(spec, ['jobTemplate', 'spec', 'template'], template) };
}

/** What is given as plain text is stored encoded. */
function secretDefaults(object: JsonObject): JsonObject {
  const { stringData: _, ...rest } = object;
  const encoded = Object.entries(stringsAt(object, 'stringData')).map(
    ([key, text]) => [key, Buffer.from(text).toString('base64')] as const,
  );
  const data = encoded.length === 0 ? {} : { data: { ...objectAt(object, 'data'), ...Object.fromEntries(encoded) } };
  return { type: 'Opaque', ...rest, ...data };
}

function jobDefaults(object: JsonObject): JsonObject {
  const defaults = {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  };
  return workload(object, spec => ({ ...defaults, ...spec }));
}

function serviceDefaults(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const ports = listAt(spec, 'ports').map(port =>
    isObject(port) ? { protocol: 'TCP', targetPort: at(port, 'port') ?? 0, ...port } : port,
  );
  const type = textAt(spec, 'type') || 'ClusterIP';
  const external = type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' };
  const balanced = type === 'LoadBalancer' || type === 'NodePort' ? { externalTrafficPolicy: 'Cluster' } : {};
  const nodePorts = type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {};
  return {
    ...object,
    spec: {
      sessionAffinity: 'None',
      type,
      ...external,
      ...balanced,
      ...nodePorts,
      ...affinity(spec),
      ...spec,
      ...(ports.length === 0 ? {} : { ports }),
    },
  };
}

function affinity(spec: JsonObject): JsonObject {
  if (textAt(spec, 'sessionAffinity') !== 'ClientIP') return {};
  return {
    sessionAffinityConfig: { clientIP: { timeoutSeconds: numberAt(spec, 10_800, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') } },
  };
}

function networkPolicyDefaults(object: JsonObject): JsonObject {
  const egress = at(object, 'spec', 'egress') === undefined ? [] : ['Egress'];
  const withProtocols = (rules: readonly Json[]): Json[] =>
    rules.map(rule =>
      isObject(rule) && rule.ports !== undefined
        ? { ...rule, ports: listAt(rule, 'ports').map(port => (isObject(port) ? { protocol: 'TCP', ...port } : port)) }
        : rule,
    );
  const spec = objectAt(object, 'spec');
  const rules = Object.fromEntries(
    ['ingress', 'egress'].filter(way => spec[way] !== undefined).map(way => [way, withProtocols(listAt(spec, way))]),
  );
  return { ...object, spec: { policyTypes: ['Ingress', ...egress], ...spec, ...rules } };
}

function bindingDefaults(object: JsonObject): JsonObject {
  const apiGroup = (subject: JsonObject): string => (subject.kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io');
  const subjects = listAt(object, 'subjects').map(subject =>
    isObject(subject) && subject.kind !== 'ServiceAccount' ? { apiGroup: apiGroup(subject), ...subject } : subject,
  );
  const { apiGroup: given, ...ref } = objectAt(object, 'roleRef');
  const roleRef = { ...ref, apiGroup: given || 'rbac.authorization.k8s.io' };
  return { ...object, ...(subjects.length === 0 ? {} : { subjects }), roleRef };
}

function webhookDefaults(object: JsonObject, more: JsonObject): JsonObject {
  const defaults = {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    ...more,
  };
  const webhooks = listAt(object, 'webhooks')
    .filter(isObject)
    .map(webhook => {
      const rules = listAt(webhook, 'rules').map(rule => (isObject(rule) ? { scope: '*', ...rule } : rule));
      const own = withServicePort({ ...defaults, ...webhook }, ['clientConfig', 'service']);
      return rules.length === 0 ? own : { ...own, rules };
    });
  return webhooks.length === 0 ? object : { ...object, webhooks };
}

function withServicePort(object: JsonObject, path: readonly string[]): JsonObject {
  return isObject(at(object, ...path)) ? withAt(object, path, { port: 443, ...objectAt(object, ...path) }) : object;
}

function crdDefaults(object: JsonObject): JsonObject {
  const kind = textAt(object, 'spec', 'names', 'kind');
  return withDefaults(object, {
    spec: { conversion: { strategy: 'None' }, names: { singular: kind.toLowerCase(), listKind: `${kind}List` } },
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null },
  });
}
