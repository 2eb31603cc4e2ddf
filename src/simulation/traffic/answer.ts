/** What a pod answers. */
import type { JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { podBehaviour } from '../controllers/behaviour.ts';
import type { World } from '../controllers/controller.ts';
import { stringsAt, textAt } from '../json.ts';
import type { Destination } from './data-plane.ts';

/** What a pod answered. */
export interface PodAnswer {
  readonly pod: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** 200, or 500 as the image's tag says. */
  readonly code: number;
  readonly latencyMilliseconds: number;
}

/** The answer of the pod that a request was sent to, or null when nobody answers: no endpoint, or a pod that is gone. */
export function answerOf(world: World, namespace: string, destination: Destination): PodAnswer | null {
  const pod = destination.pod === null ? undefined : world.api.store.get('/pods', namespace, destination.pod);
  if (pod === undefined || !serves(pod)) return null;
  const { errorPercent, latencyMilliseconds } = podBehaviour(pod);
  const random = world.api.random;
  const answer = {
    pod: textAt(pod, 'metadata', 'name'),
    image: textAt(pod, 'spec', 'containers', 0, 'image'),
    labels: labelsOf(pod),
    code: random.next() * 100 < errorPercent ? 500 : 200,
    latencyMilliseconds: latencyMilliseconds * (0.8 + 0.4 * random.next()),
  };
  world.counters.count(namespace, answer);
  return answer;
}

const labelsOf = remembered((pod: JsonObject) => stringsAt(pod, 'metadata', 'labels'));

/** The same as a body, as a pod of the lab has it; null when nobody answers. */
export function answerAsText(world: World, namespace: string, pod: string): { readonly code: number; readonly text: string } | null {
  const answer = answerOf(world, namespace, { backend: '', pod });
  if (answer === null) return null;
  const { image, labels, code } = answer;
  return { code, text: `${JSON.stringify({ pod, namespace, image, labels, code })}\n` };
}

/** A terminating pod still serves; one that crashed or was never pulled does not. */
function serves(pod: JsonObject): boolean {
  const { failure } = podBehaviour(pod);
  return textAt(pod, 'status', 'podIP') !== '' && failure !== 'crash' && failure !== 'badpull';
}
