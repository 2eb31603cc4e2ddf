import { RolloutError } from '../errors.ts';
import type { Capabilities } from '../model/capabilities.ts';
import type { ServedKind } from '../model/kube.ts';
import { servedKinds } from './discovery.ts';
import { absentAsNull, overviewOf } from './overview.ts';
import type { Requests } from './requests.ts';
import { strange } from './strange.ts';

/** Version and APIs of the cluster, as helm reads them for a chart. Throws FORBIDDEN where discovery is not granted, and what the API server refuses. */
export async function capabilitiesOf(requests: Requests): Promise<Capabilities> {
  const [told, { versions, kinds }] = await Promise.all([absentAsNull(requests, '/version'), overviewOf(requests)]);
  const version = told?.gitVersion;
  if (typeof version !== 'string' || !/^v?\d+\.\d+/.test(version)) throw strange('no version to /version');
  const all = [...versions].flatMap(([group, served]) => served.map(one => `${group}/${one}`));
  // A server behind the API server that does not answer now is asked by nobody: its group is served, its kinds are not known.
  const named =
    kinds === null ? await Promise.all(all.map(one => servedKinds(requests, one).catch(unanswered))) : all.map(one => kinds.get(one) ?? []);
  const found = [...named.flat(), ...(await servedKinds(requests, 'v1'))];
  return { version, apis: [...new Set(['v1', ...all, ...found.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)])].sort() };
}

function unanswered(error: unknown): readonly ServedKind[] {
  if (error instanceof RolloutError && error.code === 'API_ERROR') return [];
  throw error;
}
