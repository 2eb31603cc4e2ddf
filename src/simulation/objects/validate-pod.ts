/** What the API server refuses in pod specs. */

import type { Json, JsonObject } from '../../model/kube.ts';
import { type Cause, invalidValue, required, unsupported } from '../api/failure.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';

/** What is wrong with a pod spec at a path. */
export function checkPodSpec(path: string, spec: JsonObject, restartPolicies: readonly string[]): readonly Cause[] {
  const policy = textAt(spec, 'restartPolicy');
  const volumes = new Set(listAt(spec, 'volumes').map(volume => textAt(volume, 'name')));
  const containers = listAt(spec, 'containers').filter(isObject);
  const inits = listAt(spec, 'initContainers').filter(isObject);
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containers.flatMap((container, i) => checkContainer(`${path}.containers[${i}]`, container, volumes)),
    ...twins(`${path}.containers`, containers),
    ...inits.flatMap((container, i) => checkContainer(`${path}.initContainers[${i}]`, container, volumes)),
    ...(restartPolicies.includes(policy) ? [] : [unsupported(`${path}.restartPolicy`, policy, restartPolicies)]),
  ];
}

function checkContainer(path: string, container: JsonObject, volumes: ReadonlySet<string>): readonly Cause[] {
  return [
    ...(textAt(container, 'name') === '' ? [required(`${path}.name`)] : []),
    ...(textAt(container, 'image') === '' ? [required(`${path}.image`)] : []),
    ...listAt(container, 'ports').flatMap((port, i) => checkPort(`${path}.ports[${i}].containerPort`, numberAt(port, 0, 'containerPort'))),
    ...listAt(container, 'env').flatMap((env, i) => checkVariable(`${path}.env[${i}]`, env)),
    ...PROBES.flatMap(probe => checkProbe(`${path}.${probe}`, at(container, probe))),
    ...listAt(container, 'volumeMounts').flatMap((mount, i) => checkMount(`${path}.volumeMounts[${i}]`, textAt(mount, 'name'), volumes)),
  ];
}

function checkVariable(path: string, env: Json): readonly Cause[] {
  const isTwice = textAt(env, 'value') !== '' && isObject(at(env, 'valueFrom'));
  return [
    ...(textAt(env, 'name') === '' ? [required(`${path}.name`)] : []),
    ...(isTwice ? [invalidValue(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')] : []),
  ];
}

const PROBES: readonly string[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HANDLERS: readonly string[] = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function checkProbe(path: string, probe: Json | undefined): readonly Cause[] {
  const isHandled = !isObject(probe) || HANDLERS.some(handler => isObject(probe[handler]));
  return isHandled ? [] : [required(path, 'must specify a handler type')];
}

function checkPort(path: string, port: number): readonly Cause[] {
  if (port === 0) return [required(path)];
  return port >= 1 && port <= 65_535 ? [] : [invalidValue(path, port, 'must be between 1 and 65535, inclusive')];
}

function checkMount(path: string, name: string, volumes: ReadonlySet<string>): readonly Cause[] {
  if (volumes.has(name)) return [];
  return [{ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(name)}`, field: `${path}.name` }];
}

function twins(path: string, containers: readonly JsonObject[]): readonly Cause[] {
  const names = containers.map(container => textAt(container, 'name'));
  return names.flatMap((name, i) =>
    name !== '' && names.indexOf(name) < i
      ? [{ reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(name)}`, field: `${path}[${i}].name` }]
      : [],
  );
}
