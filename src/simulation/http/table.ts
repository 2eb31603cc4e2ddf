/** Lists as tables, which is how kubectl asks for what it shows. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, objectAt, textAt } from '../json.ts';
import { apiVersionOf, type Resource } from '../schema/resource.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly cell: (object: JsonObject) => Json;
}

/** From which version and at what time a table is seen. */
export interface TableView {
  readonly resourceVersion: string;
  /** Milliseconds since 1970: ages are reckoned from here. */
  readonly now: number;
}

/** Objects of a resource as a Table. */
export function table(resource: Resource, objects: readonly JsonObject[], { resourceVersion, now }: TableView): JsonObject {
  const columns = columnsOf(resource);
  const columnDefinitions = columns.map(({ name, type }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: 0,
  }));
  const rows = objects.map(object => ({
    cells: columns.map(column => column.cell({ ...object, age: ageText(object, now) })),
    object: partial(resource, object),
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion }, columnDefinitions, rows };
}

function partial(resource: Resource, object: JsonObject): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata ?? {},
    ...(resource.custom === null ? {} : { spec: undefined }),
  };
}

/** `45s`, `7m`, `3h`, `2d`. */
function ageText(object: JsonObject, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(textAt(object, 'metadata', 'creationTimestamp'))) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

function columnsOf(resource: Resource): readonly Column[] {
  const own =
    resource.custom === null
      ? (columns[resource.kind] ?? [age])
      : [...resource.custom.printerColumns.filter(c => textAt(c, 'name') !== 'Age').map(printed), age];
  return [text('Name', object => textAt(object, 'metadata', 'name')), ...own];
}

function text(name: string, cell: (object: JsonObject) => Json): Column {
  return { name, type: 'string', cell };
}

function count(name: string, ...path: readonly string[]): Column {
  return { name, type: 'integer', cell: object => numberAt(object, 0, ...path) };
}

const age: Column = { name: 'Age', type: 'string', cell: object => object.age ?? '<unknown>' };

const columns: Readonly<Record<string, readonly Column[]>> = {
  Pod: [text('Ready', podReady), text('Status', podStatus), count('Restarts', 'status', 'containerStatuses', '0', 'restartCount'), age],
  Deployment: [
    text('Ready', ratio),
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    age,
  ],
  ReplicaSet: [
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    age,
  ],
  StatefulSet: [text('Ready', ratio), age],
  DaemonSet: [count('Desired', 'status', 'desiredNumberScheduled'), count('Ready', 'status', 'numberReady'), age],
  Job: [text('Completions', object => `${numberAt(object, 0, 'status', 'succeeded')}/${numberAt(object, 1, 'spec', 'completions')}`), age],
  Service: [
    text('Type', object => textAt(object, 'spec', 'type')),
    text('Cluster-IP', object => textAt(object, 'spec', 'clusterIP')),
    text('External-IP', () => '<none>'),
    text('Port(s)', object =>
      listAt(object, 'spec', 'ports')
        .map(port => `${numberAt(port, 0, 'port')}/${textAt(port, 'protocol')}`)
        .join(','),
    ),
    age,
  ],
  ConfigMap: [{ name: 'Data', type: 'integer', cell: object => Object.keys(objectAt(object, 'data')).length }, age],
  Secret: [
    text('Type', object => textAt(object, 'type')),
    { name: 'Data', type: 'integer', cell: object => Object.keys(objectAt(object, 'data')).length },
    age,
  ],
  Namespace: [text('Status', object => textAt(object, 'status', 'phase')), age],
  Node: [text('Status', () => 'Ready'), text('Version', object => textAt(object, 'status', 'nodeInfo', 'kubeletVersion')), age],
  HorizontalPodAutoscaler: [
    text('Reference', object => `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`),
    count('MinPods', 'spec', 'minReplicas'),
    count('MaxPods', 'spec', 'maxReplicas'),
    count('Replicas', 'status', 'currentReplicas'),
    age,
  ],
  Event: [
    text('Type', object => textAt(object, 'type')),
    text('Reason', object => textAt(object, 'reason')),
    text('Object', object => `${textAt(object, 'involvedObject', 'kind').toLowerCase()}/${textAt(object, 'involvedObject', 'name')}`),
    text('Message', object => textAt(object, 'message')),
  ],
  CustomResourceDefinition: [text('Created At', object => textAt(object, 'metadata', 'creationTimestamp'))],
};

function ratio(object: JsonObject): string {
  return `${numberAt(object, 0, 'status', 'readyReplicas')}/${numberAt(object, 0, 'spec', 'replicas')}`;
}

function podReady(pod: JsonObject): string {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  return `${statuses.filter(status => at(status, 'ready') === true).length}/${listAt(pod, 'spec', 'containers').length}`;
}

function podStatus(pod: JsonObject): string {
  if (at(pod, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  const waiting = listAt(pod, 'status', 'containerStatuses').map(
    status => textAt(status, 'state', 'waiting', 'reason') || textAt(status, 'state', 'terminated', 'reason'),
  );
  return waiting.find(reason => reason !== '') ?? textAt(pod, 'status', 'phase');
}

function printed(column: JsonObject): Column {
  const path = textAt(column, 'jsonPath')
    .split('.')
    .filter(step => step !== '');
  return { name: textAt(column, 'name'), type: textAt(column, 'type'), cell: object => shown(at(object, ...path)) };
}

function shown(value: Json | undefined): Json {
  if (value === undefined) return null;
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value;
}

/** The apiVersion and kind of a list of the resource. */
export function listType(resource: Resource): JsonObject {
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource) };
}
