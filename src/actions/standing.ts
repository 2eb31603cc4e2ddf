import type { Session } from '../execute/session.ts';
import type { Standing, VariantState } from '../model/event.ts';
import type { Prepared } from '../plan/prepare.ts';
import { variantsOf, weightsNow } from '../plan/words/variants.ts';
import { type App, appOf } from '../plan/world/app.ts';
import { targetFor } from '../plan/world/belongings.ts';
import { isNamed } from '../plan/world/open-targets.ts';
import { recordsIn } from '../routers/splits.ts';
import { isInstead } from '../strategies/index.ts';

/** What a run knows of the requests beside its objects. */
export interface Known {
  /** The workloads as they were read or planned last; null before. */
  readonly prepared: Pick<Prepared, 'apps'> | null;
  /** All requests were seen to go back to the running version. */
  readonly isBack: boolean;
}

/**
 * Where the requests are when a run fails, by what it read and by the answers to its own writes: nothing more is asked of the cluster.
 * Null where that does not tell.
 */
export function standingOf(session: Session, { prepared, isBack }: Known): Standing | null {
  const apps = prepared === null ? [] : asSeen(session, prepared);
  const isUnmoved = !session.trail.hasMoved && !(session.trail.hasChanged && apps.some(isReachedByPods));
  if (apps.length === 0) return isUnmoved && !session.trail.hasChanged ? { ...UNMOVED, release: openRelease(session) } : null;
  const traffic = trafficOf(apps, { isBack, isUnmoved, isTaken: session.trail.isTaken });
  // A record that the run itself has removed names what was open too.
  const release = [...apps, ...(prepared?.apps ?? [])].find(({ record }) => record)?.record?.release ?? null;
  const told = { release, isUnmoved, isReplacing: apps.some(isReplaced), weights: weightsNow(apps), variants: apps.flatMap(variantsOf) };
  return traffic && { ...told, traffic };
}

/** What is open where nothing could be planned: the release of the records that are meant, unless there are several. */
function openRelease({ seen, request: { inputs, manifests } }: Session): string | null {
  // The release of files is known by themselves.
  if (manifests.length > 0) return null;
  const open = recordsIn({ objects: Object.fromEntries(seen) }).filter(record => isNamed(record, inputs));
  const [release, ...others] = new Set(open.map(record => record.release));
  return others.length === 0 ? (release ?? null) : null;
}

type Moved = Readonly<Record<'isBack' | 'isUnmoved' | 'isTaken', boolean>>;

function trafficOf(apps: readonly App[], { isBack, isUnmoved, isTaken }: Moved): Standing['traffic'] | null {
  if (isBack || ((isUnmoved || isTaken) && apps.every(isAllOnStable))) return 'stable';
  if (isUnmoved) return 'unchanged';
  return apps.every(isShared) ? 'split' : null;
}

/** Of a run that wrote nothing, and looked at nothing. */
export const UNMOVED: Standing = { traffic: 'unchanged', isUnmoved: true, isReplacing: false, release: null, weights: {}, variants: [] };

/** The workloads as the answers to our own writes and waits left them: another read would tell nothing more. */
export function asSeen({ seen }: Session, { apps }: Pick<Prepared, 'apps'>): readonly App[] {
  const objects = Object.fromEntries(seen);
  return apps.map(app => appOf(targetFor({ ...app, workload: app.name }), { ...app, live: { ...app.live, objects } }, app.others));
}

const isReachedByPods = ({ routing, request: { inputs } }: App): boolean => routing === 'pods' || inputs.isolation === 'none';

/** A version that was stopped, and a first one, share no requests with another. */
const isShared = ({ record }: App): boolean => record !== null && !isInstead(record.strategy) && record.originals.stable !== null;

const isReplaced = ({ record }: App): boolean => record?.action === 'promote' && record.replaced !== null;

/** Nobody but stable answers a request, and stable runs. */
function isAllOnStable(app: App): boolean {
  const variants = variantsOf(app);
  const beside = variants.filter(({ role }) => role !== 'stable');
  if (!app.stable || isReplaced(app) || (beside.length > 0 && isReachedByPods(app))) return false;
  return variants.some(({ role, ready }) => role === 'stable' && ready > 0) && beside.every(getsNothing);
}

const getsNothing = ({ share, match }: VariantState): boolean => share === 0 && match === undefined;
