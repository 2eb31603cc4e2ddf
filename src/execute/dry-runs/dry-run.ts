/** The files' Deployments in a dry run, before anything is written. */
import { RolloutError } from '../../errors.ts';
import { draining, isDraining } from '../../manifests/drain.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { templateOf } from '../../manifests/template.ts';
import type { Cluster, JsonObject, KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import { MissingPermissions } from '../../model/permission.ts';
import type { Inputs, Manifest, Request } from '../../model/request.ts';
import { routers } from '../../routers/index.ts';
import { isInstead } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { rolledIn } from '../../workloads/index.ts';
import { together } from '../together.ts';
import { refusalOf } from './refused.ts';

/** Every workload of the files that is rolled step by step, as the API server would store it: defaulted, and refused here rather than beside a running canary. */
export async function triedTemplates({ manifests, inputs }: Request, cluster: Cluster): Promise<Live['rendered']> {
  const rolled = rolledIn(manifests);
  const entries = manifests
    .filter(({ object }) => rolled.includes(object))
    .map(async manifest => {
      const { metadata } = manifest.object;
      const template = await rendered(manifest, cluster).catch(error => {
        if (inputs.action === 'reject') return null;
        throw error;
      });
      return template ? [[`${metadata.namespace ?? ''}/${metadata.name}`, template] as const] : [];
    });
  return Object.fromEntries((await together(entries)).flat());
}

/**
 * Workloads whose variants may sleep before they end, by key: the API server is asked, since a version tells neither its feature gates nor
 * what its webhooks think of it. What it refuses, or drops, is left out.
 */
export async function drainable({ manifests, inputs }: Request, cluster: Cluster): Promise<readonly string[]> {
  if (inputs.action !== 'deploy' || isInstead(inputs.strategy) || inputs.drainSeconds === 0 || !maySplitByPods(inputs)) return [];
  const tries = manifests
    .filter(({ object }) => isDeployment(object))
    .map(async ({ object }) => {
      const { namespace = '', name } = object.metadata;
      const template = draining(templateOf(object), inputs.drainSeconds);
      const draft = draftOf({ ...object, spec: { ...object.spec, template } });
      const tried = await cluster.create(draft, { dryRun: true }).catch((error: unknown) => {
        if (error instanceof RolloutError) return null;
        throw error;
      });
      return tried && isDraining(tried) ? [`${namespace}/${name}`] : [];
    });
  return (await together(tries)).flat();
}

/** Whether pods may be the split: only then do pods of ours sleep before they end. Routes with weights take the requests away earlier. */
const maySplitByPods = ({ router }: Inputs): boolean => router.some(name => name === 'auto' || routers[name]?.routing === 'pods');

function draftOf(object: KubeObject): KubeObject {
  const { namespace, name } = object.metadata;
  const metadata = { generateName: `${name.slice(0, 50)}-`, ...(namespace ? { namespace } : {}) };
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}

/** The pod template as the API server would store it. A new object is tried, by a name that the server makes up: immutable fields of a live one do not matter. */
async function rendered(manifest: Manifest, cluster: Cluster): Promise<JsonObject> {
  try {
    return templateOf(await cluster.create(draftOf(manifest.object), { dryRun: true }));
  } catch (error) {
    throw error instanceof RolloutError ? inWordsOf(manifest, error) : error;
  }
}

/** The refusal of a made-up name in words of the file's own. */
function inWordsOf({ object, from }: Manifest, error: RolloutError): RolloutError {
  const { name } = object.metadata;
  if (error instanceof MissingPermissions) return error.about(name);
  const message = error.message
    .replaceAll('"undefined"', `"${name}"`)
    .replace(new RegExp(`"${escaped(name.slice(0, 50))}-[a-z0-9]{0,10}"`, 'g'), `"${name}"`);
  const named = new RolloutError(error.code, `${nameOf(refOf(object))}: ${message}`, error.hint, { cause: error });
  return refusalOf({ object, from }, named);
}

/** Text that stands for itself in a regular expression: a name that is refused may hold anything. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
