/** What the API server refuses in built-in objects. */

import type { Json, JsonObject } from '../../model/kube.ts';
import { type Cause, invalidValue, required, unsupported } from '../api/failure.ts';
import { at, isObject, listAt, numberAt, objectAt, stringsAt, textAt, withAt } from '../json.ts';
import { checkLabels } from './names.ts';
import { matchesSelector } from './selector.ts';
import { checkPodSpec } from './validate-pod.ts';

type Check = (object: JsonObject) => readonly Cause[];

const longestDataBytes = 1_048_576;

/** What is wrong with an object of a kind, beside its metadata. */
export function checkKind(kind: string, object: JsonObject): readonly Cause[] {
  return (checks[kind] ?? nothing)(object);
}

const nothing: Check = () => [];

const checks: Readonly<Record<string, Check>> = {
  Deployment: object => [...checkWorkload(object, 'deployment'), ...checkStrategy(object)],
  ReplicaSet: object => checkWorkload(object, 'deployment'),
  StatefulSet: object => checkWorkload(withClaims(object), 'statefulset'),
  DaemonSet: object => checkWorkload(object, 'daemonset'),
  Job: object => checkPodSpec('spec.template.spec', objectAt(object, 'spec', 'template', 'spec'), ['OnFailure', 'Never']),
  Pod: object => checkPodSpec('spec', objectAt(object, 'spec'), ['Always', 'OnFailure', 'Never']),
  Service: checkService,
  ConfigMap: object => checkData(object, ['data', 'binaryData'], '[]'),
  Secret: object => checkData(object, ['data'], 'data'),
  HorizontalPodAutoscaler: checkAutoscaler,
};

function checkWorkload(object: JsonObject, noun: string): readonly Cause[] {
  const replicas = numberAt(object, 0, 'spec', 'replicas');
  return [
    ...(replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...checkSelector(object, noun),
    ...checkLabels('spec.template.metadata.labels', stringsAt(object, 'spec', 'template', 'metadata', 'labels')),
    ...checkPodSpec('spec.template.spec', objectAt(object, 'spec', 'template', 'spec'), ['Always']),
  ];
}

/** A claim that the set makes for a pod is a volume of that name. */
function withClaims(object: JsonObject): JsonObject {
  const made = listAt(object, 'spec', 'volumeClaimTemplates').map(claim => ({ name: textAt(claim, 'metadata', 'name') }));
  const volumes = ['spec', 'template', 'spec', 'volumes'];
  return made.length === 0 ? object : withAt(object, volumes, [...listAt(object, ...volumes), ...made]);
}

function checkSelector(object: JsonObject, noun: string): readonly Cause[] {
  const selector = at(object, 'spec', 'selector');
  const labels = stringsAt(object, 'spec', 'template', 'metadata', 'labels');
  if (!isObject(selector)) return [required('spec.selector'), invalidValue('spec.template.metadata.labels', shown(labels), mismatch)];
  const terms = Object.keys(objectAt(selector, 'matchLabels')).length + listAt(selector, 'matchExpressions').length;
  if (terms === 0) return [invalidValue('spec.selector', selector, `empty selector is invalid for ${noun}`)];
  return matchesSelector(selector, labels) ? [] : [invalidValue('spec.template.metadata.labels', shown(labels), mismatch)];
}

const mismatch = '`selector` does not match template `labels`';

function shown(labels: Readonly<Record<string, string>>): Json {
  return Object.keys(labels).length === 0 ? null : labels;
}

function checkStrategy(object: JsonObject): readonly Cause[] {
  const type = textAt(object, 'spec', 'strategy', 'type');
  const rolling = at(object, 'spec', 'strategy', 'rollingUpdate');
  const field = 'spec.strategy.rollingUpdate';
  if (type !== 'Recreate' && type !== 'RollingUpdate') return [unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  if (type === 'Recreate' && isObject(rolling)) {
    return [{ reason: 'FieldValueForbidden', message: "Forbidden: may not be specified when strategy `type` is 'Recreate'", field }];
  }
  const faults = ['maxUnavailable', 'maxSurge'].flatMap(name => checkMargin(`${field}.${name}`, at(rolling, name)));
  if (faults.length > 0) return faults;
  const isZero = (value: Json | undefined): boolean => value === 0 || value === '0%';
  const stuck = isZero(at(rolling, 'maxUnavailable')) && isZero(at(rolling, 'maxSurge'));
  return stuck ? [invalidValue(`${field}.maxUnavailable`, at(rolling, 'maxUnavailable'), 'may not be 0 when `maxSurge` is 0')] : [];
}

const noPercent =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

function checkMargin(field: string, value: Json | undefined): readonly Cause[] {
  if (typeof value === 'number') return value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
  if (typeof value !== 'string') return [];
  if (!/^[0-9]+%$/.test(value)) return [invalidValue(field, value, noPercent)];
  const isTooMuch = field.endsWith('maxUnavailable') && Number(value.slice(0, -1)) > 100;
  return isTooMuch ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}

function checkService(object: JsonObject): readonly Cause[] {
  const ports = listAt(object, 'spec', 'ports').filter(isObject);
  const headless = textAt(object, 'spec', 'clusterIP') === 'None' || textAt(object, 'spec', 'type') === 'ExternalName';
  const missing = ports.length === 0 && !headless ? [required('spec.ports')] : [];
  return [...missing, ...ports.flatMap((port, i) => checkServicePort(`spec.ports[${i}]`, port, ports))];
}

function checkServicePort(path: string, port: JsonObject, all: readonly JsonObject[]): readonly Cause[] {
  const number = numberAt(port, 0, 'port');
  const twins = all.filter(other => textAt(other, 'name') === textAt(port, 'name') && textAt(port, 'name') !== '');
  return [
    ...(all.length > 1 && textAt(port, 'name') === '' ? [required(`${path}.name`)] : []),
    ...(twins.length > 1 && twins[0] !== port ? [duplicate(`${path}.name`, textAt(port, 'name'))] : []),
    ...checkRange(`${path}.port`, number),
    ...checkRange(`${path}.targetPort`, at(port, 'targetPort')),
  ];
}

function checkRange(field: string, port: Json | undefined): readonly Cause[] {
  const isFine = typeof port !== 'number' || (port >= 1 && port <= 65_535);
  return isFine ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')];
}

/** A cause: a name given twice. */
export function duplicate(field: string, value: string): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

function checkData(object: JsonObject, fields: readonly string[], at: string): readonly Cause[] {
  const bytes = fields.flatMap(field => Object.values(stringsAt(object, field))).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= longestDataBytes) return [];
  return [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${longestDataBytes} bytes`, field: at }];
}

function checkAutoscaler(object: JsonObject): readonly Cause[] {
  const most = numberAt(object, 0, 'spec', 'maxReplicas');
  const least = numberAt(object, 1, 'spec', 'minReplicas');
  if (most < 1) return [invalidValue('spec.maxReplicas', most, 'must be greater than 0')];
  return most < least ? [invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')] : [];
}
