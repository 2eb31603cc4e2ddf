/** A person's answer to a step that waits for it, written where the step looks for it: into the record of its rollout. */
import { RolloutError } from '../errors.ts';
import { isHeld } from '../manifests/held.ts';
import { at, text } from '../manifests/json.ts';
import { MANAGER } from '../manifests/names.ts';
import { decode, encode, recordsOf } from '../manifests/record.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { Cluster, KubeObject } from '../model/kube.ts';
import type { Reviewing } from '../model/permission.ts';
import type { Answer, Hold, Rollout } from '../model/record.ts';

/** What is said, and of what. */
export interface Answering {
  readonly namespace: string;
  /** Null: whatever waits in the namespace. */
  readonly application: string | null;
  readonly verdict: Answer['verdict'];
  /** Who says it, where the API server does not name him. */
  readonly person: string;
}

/** One rollout that was answered. */
export interface Answered {
  readonly workload: string;
  readonly by: string;
  /** The step has heard it; false: none waits now, and the next run of the deploy takes the answer. */
  readonly isTaken: boolean;
}

interface Held {
  readonly stored: KubeObject;
  readonly rollout: Rollout;
  readonly hold: Hold;
}

/** Twice as long as a step takes to look, and some. */
const PATIENCE_SECONDS = 20;
const MOST_NAME = 300;

/**
 * Answers every rollout of an application that waits. Throws NOT_HELD where none does or the answer came too late, SEVERAL_ROLLOUTS where several
 * applications wait, CONCURRENT_ROLLOUT where the step has gone on meanwhile.
 */
export async function answer(asked: Answering, cluster: Cluster & Reviewing): Promise<readonly Answered[]> {
  const waiting = await heldIn(asked, cluster);
  const by = (await nameOfLogin(cluster)) ?? asked.person;
  const given: Answer = { verdict: asked.verdict, by: by.slice(0, MOST_NAME), at: cluster.now() };
  for (const held of waiting) await write(held, given, cluster);
  return await Promise.all(waiting.map(held => heard(held, given, cluster)));
}

/** As the API server knows it; null where it does not say. The name is shown, and nothing is decided by it. */
async function nameOfLogin({ review }: Reviewing): Promise<string | null> {
  const status = await review?.('SelfSubjectReview', {}).catch((error: unknown) => {
    if (error instanceof RolloutError) return null;
    throw error;
  });
  return text(at(status ?? undefined, 'userInfo.username')) || null;
}

async function heldIn({ namespace, application }: Answering, cluster: Cluster): Promise<readonly Held[]> {
  const open = (await cluster.list(recordsOf(namespace))).flatMap(stored => {
    const rollout = decode(stored, null);
    return rollout && (application === null || rollout.application === application) ? [{ stored, rollout }] : [];
  });
  const held = open.flatMap(({ stored, rollout }) => (isHeld(rollout) ? [{ stored, rollout, hold: rollout.hold }] : []));
  if (held.length === 0)
    throw notHeld(
      namespace,
      open.map(({ rollout }) => rollout),
    );
  const names = [...new Set(held.map(({ rollout }) => rollout.application))];
  if (names.length === 1) return held;
  throw new RolloutError(
    'SEVERAL_ROLLOUTS',
    `several applications wait for an answer in namespace ${namespace}: ${names.sort().join(', ')}`,
    'Name one with --application.',
  );
}

function notHeld(namespace: string, open: readonly Rollout[]): RolloutError {
  const said = open.map(rollout => `${rollout.workload} ${whyNot(rollout)}`);
  return new RolloutError(
    'NOT_HELD',
    `no step waits for an answer in namespace ${namespace}${said.length > 0 ? `: ${said.join('; ')}` : ', and no rollout is open'}`,
    'A deploy waits where it is given hold, behind its soak; kubernetes-rollout status shows it. Name the namespace with -n.',
  );
}

function whyNot({ hold, done, action, holder }: Rollout): string {
  if (hold?.answer)
    return hold.answer.by === '' ? 'was not answered in time' : `was answered by ${hold.answer.by} (${hold.answer.verdict})`;
  if (action === 'deploy' && !done && holder) return `is still at work (${holder.name})`;
  return 'is not held';
}

/** Over the very record that was read: whatever its step wrote meanwhile stays. */
async function write({ stored, rollout, hold }: Held, given: Answer, cluster: Cluster): Promise<void> {
  const { configMap } = encode({ ...rollout, hold: { ...hold, answer: given } });
  const operations = [
    { op: 'test', path: '/data/holder', value: stored.data?.holder },
    { op: 'test', path: '/data/rollout', value: stored.data?.rollout },
    { op: 'replace', path: '/data/rollout', value: configMap.data?.rollout },
  ] as const;
  await cluster.patch(refOf(stored), operations, { manager: MANAGER }).catch((error: unknown) => {
    if (!(error instanceof RolloutError) || (error.code !== 'CONFLICT' && error.code !== 'NOT_FOUND')) throw error;
    throw new RolloutError(
      'CONCURRENT_ROLLOUT',
      `${nameOf(refOf(stored))} was written by its step at the same moment, so the answer was not`,
      'Look with kubernetes-rollout status, and answer again if it still waits.',
      { cause: error },
    );
  });
}

/** The step writes that it has heard; where time ran out in this very moment, it has written that instead. */
async function heard({ stored, rollout: { workload } }: Held, given: Answer, cluster: Cluster): Promise<Answered> {
  const told = { workload, by: given.by };
  const began = cluster.time.elapsed();
  while (cluster.time.elapsed() - began < PATIENCE_SECONDS * 1000) {
    const now = await cluster.get(refOf(stored));
    const said = now && decode(now, null)?.hold?.answer;
    if (said && (said.at !== given.at || said.by !== given.by)) throw late(workload, said);
    // Behind an approval the record may be closed or promoted by whoever comes next.
    if (!said || said.taken) return { ...told, isTaken: true };
    await new Promise<void>(resolve => cluster.time.after(1000, resolve));
  }
  return { ...told, isTaken: false };
}

const late = (workload: string, said: Answer): RolloutError =>
  new RolloutError(
    'NOT_HELD',
    said.by === '' ? `${workload}: the answer came too late; the hold had expired` : `${workload}: ${said.by} was faster (${said.verdict})`,
    'Check the current state with kubernetes-rollout status.',
  );
