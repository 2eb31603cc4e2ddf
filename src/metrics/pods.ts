/** The counters that pods serve themselves, read through the API server's proxy: nothing has to be installed for it. */
import { RolloutError } from '../errors.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Metrics, Reading } from '../model/metrics.ts';
import { answersOf } from './answers.ts';
import { samplesOf } from './exposition.ts';
import { isSafe, type PageOf, pagesOf, pathOf, probePaths, type Where } from './pod-pages.ts';

/** Reads a page behind the API server; throws RolloutError: FORBIDDEN, NOT_FOUND, UNREACHABLE, API_ERROR. */
export type ReadPage = (path: string) => Promise<string>;

/** Pods as the source of numbers. A page is at most as large as `read` lets it be. */
export const podMetrics = (read: ReadPage, where: Where): Metrics => ({
  read: variants => Promise.all(variants.flatMap(({ pods }) => pods).map(pod => reading(pod, where, read))),
});

/** The first of the pod's pages that has a counter we know. */
async function reading(pod: KubeObject, where: Where, read: ReadPage): Promise<Reading> {
  const { name } = pod.metadata;
  let worst: Reading = { pod: name, answers: null, because: 'unknown', text: 'no port of the pod serves metrics' };
  for (const page of pagesOf(pod, where)) {
    const seen = await look(pod, page, read);
    if (seen.answers) return seen;
    worst = seen;
    if (seen.because === 'forbidden') return seen;
  }
  return worst;
}

async function look(pod: KubeObject, page: PageOf, read: ReadPage): Promise<Reading> {
  const { name, namespace = '' } = pod.metadata;
  if (!isSafe(page))
    return { pod: name, answers: null, because: 'unknown', text: `${page.path} at port ${page.port} is no path of a page` };
  const scheme = page.scheme === 'https' ? 'https:' : '';
  try {
    const text = await read(`/api/v1/namespaces/${namespace}/pods/${scheme}${name}:${page.port}/proxy${page.path}`);
    const answers = answersOf(samplesOf(text), new Set([pathOf(page), ...probePaths(pod)]));
    if (answers) return { pod: name, answers };
    return {
      pod: name,
      answers: null,
      because: 'unknown',
      text: `${page.path} at port ${page.port} has no known request counter`,
    };
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    const because = error.code === 'FORBIDDEN' ? 'forbidden' : 'unreachable';
    return { pod: name, answers: null, because, text: error.message };
  }
}
