import { RolloutError } from '../errors.ts';
import { MANAGER } from '../manifests/names.ts';
import { encode, hidesSecrets, recordName } from '../manifests/record.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, PatchOperation, Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { type Created, LEASE_MILLISECONDS, type Rollout } from '../model/record.ts';
import { noteWrite } from './age.ts';
import { dropHidden, hide } from './hidden.ts';
import { asLost, asTooLate } from './races/claim.ts';
import { removeKnown } from './races/remove.ts';
import { note, noteGone, type Session } from './session.ts';

/** So long behind the last write of its record a claim is renewed. */
const RENEWAL_MILLISECONDS = LEASE_MILLISECONDS / 3;
/** One that failed is tried again after so long. */
const AGAIN_MILLISECONDS = LEASE_MILLISECONDS / 6;
/** Where the last renewal is older than this, a write looks first whether the claim still stands. */
const STALE_MILLISECONDS = LEASE_MILLISECONDS / 2;

/** The records that this process holds. */
export interface Lease {
  /** @throws RolloutError CONCURRENT_ROLLOUT when another process was first. */
  claim(claim: Claim): Promise<void>;
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
  return new Claims(session, self, onLost);
}

class Claims implements Lease {
  private readonly claims = new Map<string, Held>();
  private readonly uids = new Map<string, string>();
  private cancel = (): void => undefined;
  private hasWritten = false;

  constructor(
    private readonly session: Session,
    private readonly self: Self,
    onLost: (error: RolloutError) => void,
  ) {
    const { time } = session.cluster;
    const renewIn = (milliseconds: number): void => {
      this.cancel = time.after(milliseconds, () => {
        const left = this.dueAt() - time.elapsed();
        renewIn(left > 0 ? left : AGAIN_MILLISECONDS);
        if (left > 0) return;
        this.renew().catch((error: unknown) => {
          if (error instanceof RolloutError && error.code === 'CONCURRENT_ROLLOUT') onLost(error);
        });
      });
    };
    renewIn(RENEWAL_MILLISECONDS);
  }

  async claim({ rollout: given, version, previous }: Claim): Promise<void> {
    const { cluster } = this.session;
    const rollout = this.mine(given);
    const { configMap, secret } = encode(rollout);
    // An older record's Secret is spoken of until it is gone.
    const data = { ...configMap.data, ...(this.hasHidden(recordRef(rollout)) ? { secrets: 'true' } : {}) };
    const object = { ...configMap, metadata: { ...configMap.metadata, ...(version === null ? {} : { resourceVersion: version }) }, data };
    const writing = version === null ? cluster.create(object, { manager: MANAGER }) : cluster.replace(object, { manager: MANAGER });
    const stored = note(this.session, await writing.catch(asTooLate));
    // Held from here on: where its Secret cannot be written it is given back.
    this.keep(rollout, previous, stored);
    await hide(this.session, recordRef(rollout), secret);
    // Whoever died at work may have written until a look at the claim was due again.
    if (previous?.holder) noteWrite(this.session, previous.renewedAt + STALE_MILLISECONDS);
  }

  async remember(rollout: Rollout): Promise<void> {
    this.hasWritten = true;
    await this.write(this.mine(rollout));
  }

  async letGo(rollout: Rollout, done: boolean): Promise<void> {
    const key = keyOf(recordRef(rollout));
    const last = this.claims.get(key)?.rollout ?? rollout;
    await this.write({ ...this.mine(last), holder: null, done });
    this.claims.delete(key);
  }

  async giveBack(): Promise<void> {
    for (const [key, { rollout, previous }] of [...this.claims]) {
      if (previous) await this.write({ ...previous, holder: null, renewedAt: this.session.cluster.now() });
      else await this.remove(recordRef(rollout));
      this.claims.delete(key);
    }
  }

  isUntouched(): boolean {
    return !this.hasWritten;
  }

  async forget(ref: Ref): Promise<void> {
    await this.guard();
    await this.remove(ref);
  }

  async guard(): Promise<void> {
    this.hasWritten = true;
    const isStale = [...this.claims.values()].some(({ renewedAt }) => this.session.cluster.time.elapsed() - renewedAt > STALE_MILLISECONDS);
    if (isStale) await this.renew();
  }

  made(object: KubeObject): void {
    if (object.metadata.uid) this.uids.set(keyOf(refOf(object)), object.metadata.uid);
  }

  held(): readonly Rollout[] {
    return [...this.claims.values()].map(({ rollout }) => rollout);
  }

  stop(): void {
    this.cancel();
  }

  /** The record as this process writes it: what an earlier stage brought stays in the list, and what it found is what goes back. */
  private mine(rollout: Rollout): Rollout {
    const before = this.claims.get(keyOf(recordRef(rollout)))?.rollout;
    const listed = new Map([...(before?.created ?? []), ...rollout.created].map(made => [keyOf(made.ref), made]));
    return {
      ...rollout,
      originals: before && hasOriginals(before) ? before.originals : rollout.originals,
      holder: rollout.holder && { ...rollout.holder, ...this.self },
      renewedAt: this.session.cluster.now(),
      created: [...listed.values()].map((made): Created => ({ ...made, ...uidOf(this.uids.get(keyOf(made.ref))) })),
    };
  }

  /** Whatever writes a record renews its claim. */
  private dueAt(): number {
    const last = [...this.claims.values()].map(({ renewedAt }) => renewedAt);
    return Math.min(...(last.length > 0 ? last : [this.session.cluster.time.elapsed()])) + RENEWAL_MILLISECONDS;
  }

  private keep(rollout: Rollout, previous: Rollout | null, stored: KubeObject): void {
    this.claims.set(keyOf(recordRef(rollout)), {
      rollout,
      previous,
      token: stored.data?.holder ?? '',
      renewedAt: this.session.cluster.time.elapsed(),
    });
  }

  private async write(rollout: Rollout): Promise<void> {
    const { configMap, secret } = encode(rollout);
    if (secret) await this.announce(recordRef(rollout));
    await hide(this.session, recordRef(rollout), secret);
    const { data, binaryData } = configMap as KubeObject & { readonly binaryData?: unknown };
    const operations: readonly PatchOperation[] = [
      { op: 'replace', path: '/data', value: data },
      { op: 'replace', path: '/binaryData', value: binaryData },
    ];
    const previous = this.claims.get(keyOf(recordRef(rollout)))?.previous ?? null;
    this.keep(rollout, previous, await this.patch(recordRef(rollout), operations));
  }

  /** Only the time is written: what a stage writes at the same moment stays. */
  private async renew(): Promise<void> {
    const renewals = [...this.claims].map(async ([key, { rollout }]) => {
      const time = String(this.session.cluster.now());
      await this.patch(recordRef(rollout), [{ op: 'replace', path: '/data/renewedAt', value: time }]).catch((error: unknown) => {
        if (this.claims.has(key)) throw error;
      });
      const claim = this.claims.get(key);
      if (claim) this.claims.set(key, { ...claim, renewedAt: this.session.cluster.time.elapsed() });
    });
    await Promise.all(renewals);
  }

  private async patch(ref: Ref, operations: readonly PatchOperation[]): Promise<KubeObject> {
    const test: PatchOperation = { op: 'test', path: '/data/holder', value: this.claims.get(keyOf(ref))?.token };
    const writing = this.session.cluster.patch(ref, [test, ...operations], { manager: MANAGER });
    return note(this.session, await writing.catch((error: unknown) => asLost(error, ref)));
  }

  /** The record says that it has a Secret before it has one: nobody would look for it behind a crash. */
  private async announce(ref: Ref): Promise<void> {
    if (!this.hasHidden(ref)) await this.patch(ref, [{ op: 'replace', path: '/data/secrets', value: 'true' }]);
  }

  private hasHidden(ref: Ref): boolean {
    const record = this.session.seen.get(keyOf(ref));
    return record !== undefined && hidesSecrets(record);
  }

  private async remove(ref: Ref): Promise<void> {
    await dropHidden(this.session, ref);
    const uid = this.session.seen.get(keyOf(ref))?.metadata.uid;
    this.claims.delete(keyOf(ref));
    await removeKnown(this.session, { ref, uid });
    noteGone(this.session, ref);
  }
}

type Claim = Extract<Operation, { do: 'claim' }>;

/** A claim alone has none: they are written with the first stage. */
const hasOriginals = ({ originals: { stable, routes, others } }: Rollout): boolean =>
  stable !== null || routes.length > 0 || others.length > 0;

const recordRef = ({ namespace, workload }: Rollout): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: recordName(workload),
});

const uidOf = (uid: string | undefined): { readonly uid?: string } => (uid ? { uid } : {});
