/** Databases and queues in a Deployment of their own: a second one beside the first has data of its own. */
import { repositoryOf } from '../../manifests/images.ts';
import { at, records, text } from '../../manifests/json.ts';
import { templateOf } from '../../manifests/template.ts';
import { isInstead } from '../../strategies/index.ts';
import { rolledIn } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';
import { strategyOf } from '../world/held.ts';

/** What images are called after, and the ports that such a server listens on. */
const STORES: ReadonlyMap<string, readonly number[]> = new Map([
  ['postgres', [5432]],
  ['postgresql', [5432]],
  ['mysql', [3306]],
  ['mariadb', [3306]],
  ['mssql', [1433]],
  ['mongo', [27017]],
  ['mongodb', [27017]],
  ['redis', [6379]],
  ['valkey', [6379]],
  ['rabbitmq', [5672]],
  ['kafka', [9092]],
  ['elasticsearch', [9200]],
  ['opensearch', [9200]],
  ['cassandra', [9042]],
  ['couchdb', [5984]],
  ['influxdb', [8086]],
  ['clickhouse', [8123, 9000]],
  ['etcd', [2379]],
]);

/** Told where both versions would get requests: part of what is written goes to the new one, and is gone with it. */
export function storeNotices(app: App): readonly string[] {
  const { stable, file, key, request } = app;
  if (!stable || !file || request.inputs.action !== 'deploy' || isInstead(request.inputs.strategy)) return [];
  if (strategyOf(app).reach === 'copies') return [];
  const served = app.services.flatMap(({ spec }) => records(spec?.ports)).flatMap(({ port, targetPort }) => [port, targetPort]);
  const [found] = records(at(templateOf(file), 'spec.containers')).flatMap(container => {
    const ports = [...records(container.ports).map(({ containerPort }) => containerPort), ...served];
    const store = wordsOf(text(container.image)).find(word => STORES.get(word)?.some(port => ports.includes(port)));
    return store === undefined ? [] : [{ store, image: text(container.image) }];
  });
  if (!found) return [];
  const way =
    rolledIn(request.manifests).length > 1
      ? 'Let it roll at promote: by its annotation kubernetes-rollout/skip: "true", or by the names of the others in workloads.'
      : 'Use strategy: none or recreate for it.';
  return [
    `Deployment ${key} looks like a server with data (${found.store}, by its image ${found.image} and its port): the new version would have data of its own, and part of the requests would write there. ${way}`,
  ];
}

/** `docker.io/bitnami/postgresql:16` has docker.io, bitnami and postgresql. */
const wordsOf = (image: string): readonly string[] => repositoryOf(image).split(/[/_-]/);
