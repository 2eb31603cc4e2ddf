/** Which way leads to the pods: the API server's own proxy, or a port-forward where it reaches none of them. */
import { RolloutError } from '../errors.ts';
import { NotForwarded } from './forwarded-page.ts';

/** Not known yet; by the API server's proxy, also since no port-forward is to be had; by port-forward. */
type Way = 'unknown' | 'proxy' | 'forward';

/** One request to a pod by either way. */
export interface Ways<T> {
  byProxy(): Promise<T>;
  byForward(): Promise<T>;
}

/** Reaches pods; all requests of one connection to a cluster share what it found out. */
export interface PodWay {
  /** Throws what the way throws that is taken; of a pod that answers neither way the first error, which tells more. */
  reach<T>(ways: Ways<T>): Promise<T>;
}

const FORWARDED =
  'The API server does not reach the pods: they are read by port-forward, which goes through the kubelet (pods/portforward).';

/**
 * The proxy goes from the API server to the pod, which firewalls of private clusters forbid, and a port-forward by the kubelet. Which way it is
 * turns out with the first pods, and `tell` hears of it.
 */
export function openPodWay(tell: (text: string) => void): PodWay {
  let way: Way = 'unknown';
  // Of pods that were asked at once the first that tells decides.
  const settle = (found: Way): void => {
    if (way !== 'unknown') return;
    if (found === 'forward') tell(FORWARDED);
    way = found;
  };
  const instead = async <T>({ byForward }: Ways<T>, error: unknown): Promise<T> => {
    try {
      const answer = await byForward();
      settle('forward');
      return answer;
    } catch (fault) {
      if (fault instanceof NotForwarded) settle('proxy');
      throw error;
    }
  };
  return {
    reach: async ways => {
      if (way === 'forward') return await ways.byForward();
      try {
        const answer = await ways.byProxy();
        settle('proxy');
        return answer;
      } catch (error) {
        if (way === 'proxy' || !isAway(error)) throw error;
        return await instead(ways, error);
      }
    },
  };
}

/** The pod may be well, and out of the API server's reach. */
const isAway = (error: unknown): boolean => error instanceof RolloutError && (error.code === 'UNREACHABLE' || error.code === 'API_ERROR');
