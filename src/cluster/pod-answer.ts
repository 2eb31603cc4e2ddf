import { RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import type { PodAnswer, PodQuestion } from '../model/probe.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { wholeBody } from './page.ts';
import { openDeadline } from './patience.ts';
import type { Requests } from './requests.ts';
import { refusal } from './status.ts';

/** Asks a pod through the API server's proxy, once. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE. */
export async function askPod(requests: Requests, question: PodQuestion): Promise<PodAnswer> {
  const { namespace, pod, port, path, headers, mostMilliseconds } = question;
  const about = { verb: 'get', group: '', resource: 'pods/proxy', kind: 'Pod', namespace, name: pod } as const;
  const address = `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy${path}`;
  const call = { method: 'GET', path: address, headers, about, repeatable: true, accept: '*/*' } as const;
  const late = openDeadline(requests.time, mostMilliseconds);
  const began = requests.time.elapsed();
  try {
    const { statusCode: status, body } = await requests.answer(call, late.signal);
    const text = await wholeBody(body, `pod ${pod}`);
    if (isOfApiServer(status, text))
      throw refused(
        refusal({ status, text }, about, words => words),
        question,
      );
    return { status, text, milliseconds: requests.time.elapsed() - began };
  } catch (error) {
    if (!late.signal.aborted) throw error;
    throw unreachable(question, `no answer within ${mostMilliseconds} ms`);
  } finally {
    late.cancel();
  }
}

/** The API server speaks for itself in its own kind of object, or in the words that older ones have for a pod that it does not reach. */
function isOfApiServer(status: number, text: string): boolean {
  if (status < 400) return false;
  const { kind, apiVersion } = fieldsOf(parsedJson(text)) ?? {};
  return (kind === 'Status' && apiVersion === 'v1') || (status >= 500 && /trying to reach/i.test(text));
}

const refused = (error: RolloutError, question: PodQuestion): RolloutError =>
  ['FORBIDDEN', 'UNAUTHORIZED', 'NOT_FOUND'].includes(error.code) ? error : unreachable(question, error.message);

const unreachable = ({ pod, port }: PodQuestion, why: string): RolloutError =>
  new RolloutError(
    'UNREACHABLE',
    `the API server cannot reach pod ${pod} at port ${port}: ${why}`,
    'Allow it: a private cluster needs a firewall rule from its control plane to the port of the pods.',
  );
