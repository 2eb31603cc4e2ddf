/** What is said before a canary of a database that runs in a Deployment. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const port = (number: number): KubeObject =>
  aService('db')
    .field('spec.ports', [{ port: number }])
    .build();

/** What is said of Deployment db before it runs this image. */
function told(image: string, service: KubeObject, inputs: RawInputs = {}, beside: readonly KubeObject[] = []): readonly string[] {
  const request = aRequest({
    inputs: { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false', ...inputs },
    files: [aDeployment('db').image(image).build(), service, ...beside],
  });
  const live = aLive(aDeployment('db').image('old:1').build(), service);
  return prepare(request, seenBy(request, live), 'deploy').notices.filter(text => text.includes('server with data'));
}

describe('a canary of a database', () => {
  test.each([
    ['postgres:16', 5432],
    ['docker.io/bitnami/postgresql:16@sha256:0a1b', 5432],
    ['registry.example:5000/team/gb-redis-follower:v2', 6379],
    ['rabbitmq:3-management', 5672],
  ])('is warned of: %s at port %d', (image, number) => {
    expect(told(image, port(number))).toEqual([expect.stringMatching(/^Deployment demo\/db .*Use strategy: none or recreate/)]);
  });

  test.each([
    ['prom/mysqld-exporter:v1', 9104],
    ['oliver006/redis_exporter:v1', 9121],
    ['phpmyadmin:5', 80],
    ['pgbouncer:1', 5432],
    ['demo/web:postgres', 80],
    ['demo/constructor:1', 80],
  ])('is not seen in what only has to do with one: %s at port %d', (image, number) => {
    expect(told(image, port(number))).toEqual([]);
  });

  test('is warned of with the way to leave it out where others are released too, and not where the old version stops first', () => {
    const web = [aDeployment('web').build(), aService('web').build()];
    expect(told('postgres:16', port(5432), {}, web)).toEqual([expect.stringContaining('kubernetes-rollout/skip')]);
    expect(told('postgres:16', port(5432), { strategy: 'recreate', 'traffic-split-method': 'pod' })).toEqual([]);
  });
});
