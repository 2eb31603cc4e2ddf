import { RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import type { PodAnswer, PodQuestion } from '../model/probe.ts';
import { forwardedAnswer } from './forwarded-page.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { openDeadline } from './patience.ts';
import type { PodWay } from './pod-way.ts';
import type { Requests } from './requests.ts';
import { refusal } from './status.ts';
import { wholeBody } from './whole-body.ts';

/** Asks a pod once, by whichever way leads to it. Throws FORBIDDEN, NOT_FOUND, UNREACHABLE. */
export const askPod = (requests: Requests, way: PodWay, question: PodQuestion): Promise<PodAnswer> =>
  way.reach({ byProxy: () => askedByProxy(requests, question), byForward: () => askedByForward(requests, question) });

async function askedByProxy(requests: Requests, question: PodQuestion): Promise<PodAnswer> {
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

async function askedByForward(requests: Requests, question: PodQuestion): Promise<PodAnswer> {
  const { namespace, pod, port, path, headers, mostMilliseconds } = question;
  const began = requests.time.elapsed();
  const page = { namespace, pod, port: Number(port), path, headers: { accept: '*/*', ...headers }, isEncrypted: false };
  const answer = await forwardedAnswer(requests, page, mostMilliseconds).catch((error: unknown) => {
    throw error instanceof RolloutError && error.code === 'API_ERROR' ? unforwarded(question, error.message) : error;
  });
  return { ...answer, milliseconds: requests.time.elapsed() - began };
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

const unforwarded = ({ port }: PodQuestion, why: string): RolloutError =>
  new RolloutError('UNREACHABLE', `by port-forward, at port ${port}: ${why}`, 'Check that the pod listens at this port.');
