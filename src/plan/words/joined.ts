/** A Deployment that comes new behind a Service which has pods already: nobody asks it to begin with a share. */
import { number } from '../../manifests/json.ts';
import { isOurs } from '../../manifests/names.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { siblingsOf } from '../world/siblings.ts';

/** So many are named. */
const MOST = 3;

/** Whoever has a version in the name of the Deployment believes that this is its canary. */
export function joinedNotices(app: App): readonly string[] {
  const { stable, stored, file, key, request } = app;
  const { action, strategy } = request.inputs;
  if (action !== 'deploy' || stable || stored || !file || !isDeployment(file) || strategyNamed(strategy).place !== 'beside') return [];
  const beside = siblingsOf(app).filter(each => !isOurs(each) && number(each.spec?.replicas, 1) > 0 && !isAmongFiles(each, app));
  if (beside.length === 0) return [];
  const names = [...beside.slice(0, MOST).map(each => nameOf(refOf(each))), ...(beside.length > MOST ? ['others'] : [])].join(', ');
  return [
    `Deployment ${key} is new, and the Service before it has the pods of ${names}, which the files do not have: the new pods get requests beside them as soon as they are ready, without a share of ${strategy}, and nothing replaces the old ones. If it is their next version, give it their name: a release is known by the name of its Deployment.`,
  ];
}

const isAmongFiles = (object: KubeObject, { request }: App): boolean =>
  request.manifests.some(
    ({ object: file }) =>
      isDeployment(file) && file.metadata.name === object.metadata.name && file.metadata.namespace === object.metadata.namespace,
  );
