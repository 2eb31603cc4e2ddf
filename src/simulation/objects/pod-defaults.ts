/** The defaults of pod templates and pods. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isObject, listAt, objectAt, textAt } from '../json.ts';
import { withDefaults } from './fallback.ts';

/** A template with its pod's defaults. */
export function templateDefaults(template: JsonObject): JsonObject {
  return { ...template, spec: podSpecDefaults(objectAt(template, 'spec')) };
}

/** What every pod spec gets. */
export function podSpecDefaults(spec: JsonObject): JsonObject {
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...(account === '' ? {} : { serviceAccountName: account, serviceAccount: account }),
    ...spec,
    ...eachOf(spec, 'containers', containerDefaults),
    ...eachOf(spec, 'initContainers', containerDefaults),
    ...eachOf(spec, 'volumes', volumeDefaults),
    ...eachOf(spec, 'tolerations', same => same),
  };
}

function containerDefaults(container: JsonObject): JsonObject {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(name => container[name] !== undefined);
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(textAt(container, 'image')),
    ...container,
    ...eachOf(container, 'env', envDefaults),
    ...eachOf(container, 'ports', port => ({ protocol: 'TCP', ...port })),
    ...Object.fromEntries(probes.map(name => [name, probeDefaults(objectAt(container, name))])),
    ...(container.lifecycle === undefined ? {} : { lifecycle: lifecycleDefaults(objectAt(container, 'lifecycle')) }),
  };
}

/** `Always` for the tag `latest` and for none, unless a digest pins the image. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function envDefaults(env: JsonObject): JsonObject {
  if (objectAt(env, 'valueFrom').fieldRef === undefined) return env;
  return withDefaults(env, { valueFrom: { fieldRef: { apiVersion: 'v1' } } });
}

function probeDefaults(probe: JsonObject): JsonObject {
  const scheme = probe.httpGet === undefined ? {} : { httpGet: { path: '/', scheme: 'HTTP' } };
  return withDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...scheme });
}

function lifecycleDefaults(lifecycle: JsonObject): JsonObject {
  const hooks = Object.entries(lifecycle).map(([name, hook]) => {
    const asks = isObject(hook) && hook.httpGet !== undefined;
    return [name, asks ? withDefaults(hook, { httpGet: { path: '/', scheme: 'HTTP' } }) : hook] as const;
  });
  return Object.fromEntries(hooks);
}

/** What a pod itself gets beside its template: a limit without a request is a request too. */
export function podOnlyDefaults(spec: JsonObject): JsonObject {
  const containers = ['containers', 'initContainers'].map(list =>
    eachOf(spec, list, container => ({ ...container, resources: resourceDefaults(objectAt(container, 'resources')) })),
  );
  return { enableServiceLinks: true, ...spec, ...Object.assign({}, ...containers) };
}

function resourceDefaults(resources: JsonObject): JsonObject {
  const limits = objectAt(resources, 'limits');
  if (Object.keys(limits).length === 0) return resources;
  return { ...resources, requests: { ...limits, ...objectAt(resources, 'requests') } };
}

function volumeDefaults(volume: JsonObject): JsonObject {
  const modes = ['configMap', 'secret', 'projected', 'downwardAPI'].filter(source => volume[source] !== undefined);
  const sources = Object.fromEntries(modes.map(source => [source, { defaultMode: 420 }]));
  const kinds = Object.keys(volume).filter(key => key !== 'name');
  const hostPath = volume.hostPath === undefined ? {} : { hostPath: { type: '' } };
  return withItems(withDefaults(volume, { ...sources, ...hostPath, ...(kinds.length === 0 ? { emptyDir: {} } : {}) }));
}

function withItems(volume: JsonObject): JsonObject {
  const downward =
    volume.downwardAPI === undefined
      ? {}
      : { downwardAPI: { ...objectAt(volume, 'downwardAPI'), ...eachOf(objectAt(volume, 'downwardAPI'), 'items', itemDefaults) } };
  const projected =
    volume.projected === undefined
      ? {}
      : { projected: { ...objectAt(volume, 'projected'), ...eachOf(objectAt(volume, 'projected'), 'sources', sourceDefaults) } };
  return { ...volume, ...downward, ...projected };
}

function itemDefaults(item: JsonObject): JsonObject {
  return item.fieldRef === undefined ? item : withDefaults(item, { fieldRef: { apiVersion: 'v1' } });
}

function sourceDefaults(source: JsonObject): JsonObject {
  return source.serviceAccountToken === undefined ? source : withDefaults(source, { serviceAccountToken: { expirationSeconds: 3600 } });
}

function eachOf(object: JsonObject, field: string, change: (item: JsonObject) => JsonObject): JsonObject {
  if (object[field] === undefined) return {};
  return { [field]: listAt(object, field).map((item: Json) => (isObject(item) ? change(item) : item)) };
}
