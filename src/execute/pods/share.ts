/** The share that arrives, as the pods count it, beside the one that was asked. */
import { RolloutError } from '../../errors.ts';
import type { Reading, Side, Variant } from '../../model/metrics.ts';
import type { Operation } from '../../model/operation.ts';
import { type Look, pause, type Session } from '../session.ts';
import { MOST_OF_STABLE, variantsOf } from './sides.ts';

type Asked = Extract<Operation, { do: 'gate-share' }>;

/** The time between two looks. The first look is so long before the end of the data plane's delay. */
export const LOOK_SECONDS = 1;
/** The longest time for which requests are counted until they are enough. */
const MOST_SECONDS = 3;
/** A data plane that has not taken the split by then does not follow it. */
const LATE_SECONDS = 15;
/** Fewer requests show no share: of 20 with a share of 10 % two are expected, and none is likely enough by chance (12 %). */
const ENOUGH = 20;
/** The new version counts as left out where chance alone would do that in fewer than one of a million cases. */
const CHANCE = 1e-6;

interface Counts {
  readonly canary: number;
  readonly others: number;
  /** How often pods of the canary were read: a reading may count as a request itself. */
  readonly reads: number;
}

/** The first look, kept until the share is compared. Nothing is kept where the pods count nothing that we may read. */
export async function lookAhead(session: Session, asked: Asked): Promise<void> {
  const look = await lookNow(session, asked);
  if (look) session.trail.looks.set(keyOf(asked), look);
}

async function lookNow(session: Session, { namespace, sides }: Asked): Promise<Look | null> {
  const { podCounts } = session.cluster;
  if (!podCounts) return null;
  const variants = await variantsOf(session, namespace, sides);
  const readings = await podCounts.read(variants);
  return isCounted(variants, readings) ? { variants, readings } : null;
}

/**
 * Counts for a moment and tells the share. Nothing is told where the pods count nothing that we may read. A look ahead, from the last second of the data
 * plane's delay, takes that moment's place, unless the share was still another one by then.
 * @throws RolloutError SHARE_OFF where the canary gets nothing while the others get enough.
 */
export async function gateShare(session: Session, asked: Asked): Promise<void> {
  const ahead = takenAhead(session, asked);
  const begun = ahead && (await goodSince(session, asked, ahead));
  if (begun === 'silent') return;
  if (begun && ahead && expected(begun, asked.share) >= ENOUGH) return tell(session, asked, { counts: begun, variants: ahead.variants });
  const first = begun && ahead ? ahead : await lookNow(session, asked);
  if (first) await countOn(session, asked, { first, waited: begun ? LOOK_SECONDS : 0 });
}

/** No pod has ever counted a request: a second look would tell the same. */
const isUnasked = ({ readings }: Look): boolean => readings.every(({ answers }) => (answers?.requests ?? 0) === 0);

/** The counts of the same pods since the look ahead, if they are of this share already. */
async function goodSince({ cluster: { podCounts } }: Session, { share }: Asked, look: Look): Promise<Counts | 'silent' | null> {
  if (isUnasked(look)) return 'silent';
  const now = (await podCounts?.read(look.variants)) ?? [];
  if (!isCounted(look.variants, now)) return null;
  const counts = countsOf(look, now, 1);
  if (counts.canary + counts.others === 0) return 'silent';
  return !isLeftOut(counts, share) && isNear(counts, share) ? counts : null;
}

const keyOf = ({ namespace, workload }: Asked): string => `${namespace}/${workload}`;

function takenAhead({ trail }: Session, asked: Asked): Look | null {
  const ahead = trail.looks.get(keyOf(asked)) ?? null;
  trail.looks.delete(keyOf(asked));
  return ahead;
}

interface Begun {
  readonly first: Look;
  /** Seconds that have passed since then. */
  readonly waited: number;
}

async function countOn(session: Session, asked: Asked, { first, waited: before }: Begun): Promise<void> {
  if (isUnasked(first)) return;
  const { podCounts } = session.cluster;
  const { variants } = first;
  for (let waited = before + LOOK_SECONDS; podCounts; waited += LOOK_SECONDS) {
    await pause(session, LOOK_SECONDS);
    const counts = countsOf(first, await podCounts.read(variants), waited / LOOK_SECONDS);
    if (counts.canary + counts.others === 0) return;
    const isOff = isLeftOut(counts, asked.share);
    if (isOff && waited >= LATE_SECONDS) throw off(asked, counts);
    if (!isOff && (expected(counts, asked.share) >= ENOUGH || waited >= MOST_SECONDS)) return tell(session, asked, { counts, variants });
  }
}

/** Both sides have to count. */
function isCounted(variants: readonly Variant[], readings: readonly Reading[]): boolean {
  const counts = (isOf: (side: Side) => boolean): boolean =>
    variants.filter(({ side }) => isOf(side)).some(variant => readings.some(reading => reading.answers && isIn(variant, reading)));
  return counts(side => side === 'canary') && counts(side => side !== 'canary');
}

const isIn = ({ pods, services }: Variant, { pod }: Reading): boolean =>
  services.includes(pod) || pods.some(({ metadata }) => metadata.name === pod);

function countsOf({ variants, readings }: Look, now: readonly Reading[], looks: number): Counts {
  const since = (reading: Reading): number => {
    const before = readings.find(({ pod }) => pod === reading.pod)?.answers;
    return reading.answers && before ? Math.max(0, reading.answers.requests - before.requests) : 0;
  };
  const sum = (isOf: (side: Side) => boolean): number =>
    variants
      .filter(({ side }) => isOf(side))
      .flatMap(variant => now.filter(reading => isIn(variant, reading)))
      .reduce((total, reading) => total + since(reading), 0);
  const pods = variants.filter(({ side }) => side === 'canary').flatMap(variant => variant.pods).length;
  return { canary: sum(side => side === 'canary'), others: sum(side => side !== 'canary'), reads: pods * looks };
}

const expected = ({ canary, others }: Counts, share: number): number => (canary + others) * share;

/** Whether the count is within three standard deviations of the share that was asked. Beyond them some requests still went by the split before. */
const isNear = ({ canary, others, reads }: Counts, share: number): boolean => {
  const requests = canary + others;
  return Math.abs(canary - requests * share) <= 3 * Math.sqrt(requests * share * (1 - share)) + reads;
};

/** Whether the canary got no request but our own reads, where chance alone would hardly have left it out. */
const isLeftOut = ({ canary, others, reads }: Counts, share: number): boolean =>
  canary <= reads && others >= ENOUGH && (1 - share) ** (others - canary) < CHANCE;

function tell(
  { emit }: Session,
  { workload, share }: Asked,
  { counts, variants }: { readonly counts: Counts; readonly variants: readonly Variant[] },
): void {
  const requests = counts.canary + counts.others;
  // Not all pods of a large stable are read, so that its requests are not known.
  const isWhole = variants.every(({ side, pods }) => side !== 'stable' || pods.length < MOST_OF_STABLE);
  if (requests < ENOUGH || !isWhole) return;
  emit({ type: 'measured', workload, asked: share * 100, measured: (100 * counts.canary) / requests, requests });
}

const off = ({ workload, share }: Asked, { others }: Counts): RolloutError =>
  new RolloutError(
    'SHARE_OFF',
    `${workload}: the new version should get ${Number((share * 100).toFixed(1))} % of the requests and got none in ${LATE_SECONDS} s, while the pods beside it counted ${others}`,
    'The requests do not pass through the split. Set the traffic-split-method that matches how they arrive (a mesh splits what its own proxies send, an ingress what enters through it).',
  );
