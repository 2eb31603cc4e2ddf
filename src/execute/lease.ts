import { RolloutError } from '../errors.ts';
import { encode, recordName } from '../manifests/record.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, PatchOperation, Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Created, Rollout } from '../model/record.ts';
import { note, noteGone, type Session } from './session.ts';

/** How often a claim is renewed, and how old its renewal may be before a write looks first whether it still stands. */
const RENEWAL_MILLISECONDS = 10_000;
const STALE_MILLISECONDS = 30_000;
const MANAGER = 'kubernetes-rollout';

/** The records that this process holds. */
export interface Lease {
  /** @throws RolloutError CONCURRENT_ROLLOUT when another process was first. */
  claim(claim: Extract<Operation, { do: 'claim' }>): Promise<void>;
  /** Writes a record held; fails with CONCURRENT_ROLLOUT when somebody else holds it by now. */
  remember(rollout: Rollout): Promise<void>;
  /** Ends the claim, the rollout stays open; `done` says whether its action ended well. */
  letGo(rollout: Rollout, done: boolean): Promise<void>;
  /** Ends every claim as if it had never been: records that it made go, others are what they were. */
  giveBack(): Promise<void>;
  /** Nothing but claims was written yet. */
  isUntouched(): boolean;
  /** The rollout is over. */
  forget(ref: Ref): Promise<void>;
  /** Throws CONCURRENT_ROLLOUT unless every claim stands. */
  guard(): Promise<void>;
  /** Notes what an object that we made is by identity, for the next write of the record. */
  made(object: KubeObject): void;
  held(): readonly Rollout[];
  /** Ends the renewals. */
  stop(): void;
}

interface Held {
  readonly rollout: Rollout;
  readonly previous: Rollout | null;
  /** The holder as written: the token that every write tests. */
  readonly token: string;
  readonly renewedAt: number;
}

/** Who this process is on its machine. */
export interface Self {
  readonly host: string;
  readonly pid: number;
}

/** Claims for one process. `onLost` is called when a renewal finds that somebody else took over. */
export function openLease(session: Session, self: Self, onLost: (error: RolloutError) => void): Lease {
  const held = new Map<string, Held>();
  let hasWritten = false;
  const uids = new Map<string, string>();
  const mine = (rollout: Rollout): Rollout => ({
    ...rollout,
    holder: rollout.holder && { ...rollout.holder, ...self },
    renewedAt: session.cluster.now(),
    created: rollout.created.map((made): Created => ({ ...made, ...uidOf(uids.get(keyOf(made.ref))) })),
  });
  const keep = (rollout: Rollout, stored: KubeObject): void => {
    const key = keyOf(recordRef(rollout));
    const previous = held.get(key)?.previous ?? null;
    held.set(key, { rollout, previous, token: stored.data?.holder ?? '', renewedAt: performance.now() });
  };
  const patch = async (ref: Ref, operations: readonly PatchOperation[]): Promise<KubeObject> => {
    const token = held.get(keyOf(ref))?.token;
    const test: PatchOperation = { op: 'test', path: '/data/holder', value: token };
    return note(session, await session.cluster.patch(ref, [test, ...operations], { manager: MANAGER }).catch(asLost));
  };
  const write = async (rollout: Rollout): Promise<void> => {
    const { configMap, secret } = encode(rollout);
    if (secret) await put(session, secret);
    const { data, binaryData } = configMap as KubeObject & { readonly binaryData?: unknown };
    keep(
      rollout,
      await patch(recordRef(rollout), [
        { op: 'replace', path: '/data', value: data },
        { op: 'replace', path: '/binaryData', value: binaryData },
      ]),
    );
  };
  const renew = async (): Promise<void> => {
    const renewals = [...held.values()].map(async ({ rollout }) => {
      const renewed = { ...rollout, renewedAt: session.cluster.now() };
      keep(renewed, await patch(recordRef(rollout), [{ op: 'replace', path: '/data/renewedAt', value: String(renewed.renewedAt) }]));
    });
    await Promise.all(renewals);
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => {
      if (error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT') onLost(error);
    });
  }, RENEWAL_MILLISECONDS);
  timer.unref();
  return {
    async claim({ rollout: given, version, previous }) {
      const rollout = mine(given);
      const { configMap, secret } = encode(rollout);
      const object = version === null ? configMap : { ...configMap, metadata: { ...configMap.metadata, resourceVersion: version } };
      const stored = await (version === null
        ? session.cluster.create(object, { manager: MANAGER })
        : session.cluster.replace(object, { manager: MANAGER })
      ).catch(asLost);
      note(session, stored);
      if (secret) await put(session, secret);
      keep(rollout, stored);
      held.set(keyOf(recordRef(rollout)), { rollout, previous, token: stored.data?.holder ?? '', renewedAt: performance.now() });
    },
    remember: rollout => {
      hasWritten = true;
      return write(mine(rollout));
    },
    async letGo(rollout, done) {
      const ref = recordRef(rollout);
      const last = held.get(keyOf(ref))?.rollout ?? rollout;
      await write({ ...mine(last), holder: null, done });
      held.delete(keyOf(ref));
    },
    async giveBack() {
      for (const [key, { rollout, previous }] of [...held]) {
        if (previous) await write({ ...previous, holder: null, renewedAt: session.cluster.now() });
        else await this.forget(recordRef(rollout));
        held.delete(key);
      }
    },
    isUntouched: () => !hasWritten,
    async forget(ref) {
      await this.guard();
      const secret = { ...ref, kind: 'Secret' };
      if (session.seen.has(keyOf(secret))) await session.cluster.remove(secret, {});
      noteGone(session, secret);
      const uid = session.seen.get(keyOf(ref))?.metadata.uid;
      held.delete(keyOf(ref));
      await session.cluster.remove(ref, uid ? { uid } : {});
      noteGone(session, ref);
    },
    async guard() {
      hasWritten = true;
      const isStale = [...held.values()].some(({ renewedAt }) => performance.now() - renewedAt > STALE_MILLISECONDS);
      if (isStale) await renew();
    },
    made(object) {
      if (object.metadata.uid) uids.set(keyOf(refOf(object)), object.metadata.uid);
    },
    held: () => [...held.values()].map(({ rollout }) => rollout),
    stop: () => clearInterval(timer),
  };
}

const recordRef = ({ namespace, workload }: Rollout): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: recordName(workload),
});

const uidOf = (uid: string | undefined): { readonly uid?: string } => (uid ? { uid } : {});

/** Secrets of a record are ours alone: written over whatever an earlier stage put there. */
async function put(session: Session, secret: KubeObject): Promise<void> {
  const known = await session.cluster.get(refOf(secret));
  const version = known?.metadata.resourceVersion;
  const stored = version
    ? await session.cluster.replace({ ...secret, metadata: { ...secret.metadata, resourceVersion: version } }, { manager: MANAGER })
    : await session.cluster.create(secret, { manager: MANAGER });
  note(session, stored);
}

function asLost(error: unknown): never {
  const isLost = error instanceof RolloutError && ['CONFLICT', 'ALREADY_EXISTS', 'NOT_FOUND', 'INVALID'].includes(error.code);
  if (!isLost) throw error;
  throw new RolloutError(
    'CONCURRENT_ROLLOUT',
    'another run has taken over this rollout, so this one writes nothing more',
    'See which run holds it with `kubectl canary status`, wait for it, then run this again if it is still needed.',
    { cause: error },
  );
}

/** What to call a record in a message. */
export const recordTitle = (rollout: Rollout): string => nameOf(recordRef(rollout));
