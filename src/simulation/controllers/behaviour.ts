/** How a container behaves: its image's tag and its SIM_* variables say so, exactly as in the lab. */
import type { JsonObject } from '../../model/kube.ts';
import { remembered } from '../../model/remembered.ts';
import { listAt, textAt } from '../json.ts';

/** How a container answers and whether it gets ready. */
export interface Behaviour {
  /** Percent of the answers that are a 500. */
  readonly errorPercent: number;
  readonly latencyMilliseconds: number;
  /** Null: the cluster's own pace. */
  readonly readyAfterMilliseconds: number | null;
  /** It ends at once when it is told to. */
  readonly quits: boolean;
  /** `badpull`, `crash`, `unready`, or `''`. */
  readonly failure: string;
}

/** The behaviour of a container. */
export function behaviourOf(container: JsonObject): Behaviour {
  const tag = tagOf(textAt(container, 'image'));
  const wait = tagNumber(tag, /wait(\d+)/);
  const byTag: Behaviour = {
    errorPercent: tagNumber(tag, /err(\d+(?:\.\d+)?)/) ?? 0,
    latencyMilliseconds: tagNumber(tag, /slow(\d+)/) ?? 0,
    readyAfterMilliseconds: wait === null ? null : wait * 1000,
    quits: tag.includes('quit'),
    failure: /badpull|crash|unready/.exec(tag)?.[0] ?? '',
  };
  return listAt(container, 'env').reduce<Behaviour>(
    (behaviour, env) => withVariable(behaviour, textAt(env, 'name'), textAt(env, 'value')),
    byTag,
  );
}

/** The behaviour of a pod: a failure and the longest start of any container, requests as the first one answers them. Each request asks for it. */
export const podBehaviour = remembered((pod: JsonObject): Behaviour => {
  const all = listAt(pod, 'spec', 'containers').map(container => behaviourOf(container as JsonObject));
  const first = all[0] ?? behaviourOf({});
  const waits = all.map(one => one.readyAfterMilliseconds).filter(wait => wait !== null);
  return {
    ...first,
    failure: all.map(one => one.failure).findLast(failure => failure !== '') ?? '',
    readyAfterMilliseconds: waits.length === 0 ? null : Math.max(...waits),
  };
});

function withVariable(behaviour: Behaviour, name: string, value: string): Behaviour {
  switch (name) {
    case 'SIM_ERROR_PERCENT':
      return { ...behaviour, errorPercent: Number(value) || 0 };
    case 'SIM_LATENCY_MS':
      return { ...behaviour, latencyMilliseconds: Number(value) || 0 };
    case 'SIM_READY_AFTER_MS':
      return { ...behaviour, readyAfterMilliseconds: Number(value) || 0 };
    case 'SIM_FAIL':
      return { ...behaviour, failure: value };
    default:
      return behaviour;
  }
}

function tagOf(image: string): string {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? image.slice(colon + 1) : '';
}

function tagNumber(tag: string, pattern: RegExp): number | null {
  const match = pattern.exec(tag);
  return match === null ? null : Number(match[1]);
}
