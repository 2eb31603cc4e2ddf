import type { Program } from '../model/probe.ts';
import { openDeadline } from './patience.ts';
import type { Requests } from './requests.ts';
import { wholeBody } from './whole-body.ts';

/** What a person reads of it. */
const MOST_LINES = 20;
const MOST_BYTES = 4_096;
/** Nobody waits longer for what only helps to understand. */
const LONGEST_MILLISECONDS = 3_000;

/** Reads the end of a container's log, once. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE and API_ERROR. */
export async function readLog(requests: Requests, { namespace, pod, container, previous }: Program): Promise<string> {
  const about = { verb: 'get', group: '', resource: 'pods/log', kind: 'Pod', namespace, name: pod } as const;
  const query = new URLSearchParams({
    container,
    tailLines: String(MOST_LINES),
    limitBytes: String(MOST_BYTES),
    ...(previous ? { previous: 'true' } : {}),
  });
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
  const late = openDeadline(requests.time, LONGEST_MILLISECONDS);
  try {
    const call = { method: 'GET', path, headers: {}, about, repeatable: true, accept: '*/*' } as const;
    return await wholeBody(await requests.stream(call, late.signal), `pod ${pod}`);
  } finally {
    late.cancel();
  }
}
