/** Dry runs that went well, so that a file is tried once in a run. */
import type { Cluster, KubeObject } from '../../model/kube.ts';
import type { Session } from '../session.ts';

/** A dry run counts for so long: quotas and webhooks may answer otherwise later. */
const FRESH_MILLISECONDS = 60_000;

interface Try {
  readonly at: number;
  readonly answer: Promise<KubeObject>;
}

const memories = new WeakMap<Session['seen'], Map<string, Try>>();

/**
 * The session's cluster, which answers a dry run that it has answered already from memory: of a new object by its content, of one that is there by
 * the version that the options bring along. All else goes through, and so does what was refused.
 */
export function tryingOnce({ cluster, seen }: Pick<Session, 'cluster' | 'seen'>): Cluster {
  const memory = memories.get(seen) ?? new Map<string, Try>();
  memories.set(seen, memory);
  const once = (key: string, ask: () => Promise<KubeObject>): Promise<KubeObject> => {
    const known = memory.get(key);
    const now = cluster.time.elapsed();
    if (known && now - known.at < FRESH_MILLISECONDS) return known.answer;
    const answer = ask();
    memory.set(key, { at: now, answer });
    answer.catch(() => memory.delete(key));
    return answer;
  };
  return {
    ...cluster,
    create: (object, options) => {
      const ask = (): Promise<KubeObject> => cluster.create(object, options);
      return options?.dryRun === true ? once(JSON.stringify(['create', object, options]), ask) : ask();
    },
    apply: (object, options = {}) => {
      const ask = (): Promise<KubeObject> => cluster.apply(object, options);
      const { live, ...others } = options;
      const { uid, resourceVersion } = live?.metadata ?? {};
      if (others.dryRun !== true || uid === undefined || resourceVersion === undefined) return ask();
      return once(JSON.stringify(['apply', object, others, uid, resourceVersion]), ask);
    },
  };
}
