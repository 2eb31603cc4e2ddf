import { RolloutError } from '../errors.ts';
import { isRecord, items, record, same } from '../manifests/json.ts';
import { isOurs } from '../manifests/names.ts';
import { patchedBy } from '../manifests/patched.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Lane } from '../model/router.ts';
import { ALL_STABLE, DARK, type Traffic } from '../model/stage.ts';
import { routers } from './index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A user's object as it was before our split, the lanes that split it, and what else is known by now. */
export interface Owed {
  readonly original: KubeObject;
  readonly lanes: readonly Lane[];
  readonly objects: Live['objects'];
}

/** What is to stand where our split stands. `isTheirs`: others have changed the object meanwhile, and what they made of it stays. */
export interface Back {
  readonly object: KubeObject;
  readonly isTheirs: boolean;
}

/**
 * A user's object without our split. The original itself where nobody else has changed the object: then our split of both is the same. Else
 * what is there now without what is ours, in the original's words where they still hold.
 */
export function givenBack(now: KubeObject, owed: Owed): Back {
  const { original, lanes } = owed;
  const whole: Back = { object: original, isTheirs: false };
  if (lanes.length === 0 || isSameContent(now, original)) return whole;
  try {
    if (isSameContent(inTurn(now, owed, compared), inTurn(original, owed, compared))) return whole;
    return { object: merged(inTurn(now, owed, bare), inTurn(original, owed, wasBare), original), isTheirs: true };
  } catch (error) {
    // What cannot be split any more does not tell whose it is: the original is what the user had.
    if (!(error instanceof RolloutError)) throw error;
    return whole;
  }
}

type Turn = (object: KubeObject, lane: Lane, owed: Owed) => KubeObject;

const inTurn = (object: KubeObject, owed: Owed, turn: Turn): KubeObject => owed.lanes.reduce((now, lane) => turn(now, lane, owed), object);

/** Without our split where the router can tell exactly; else with the same split, which is the same over the same object. */
const compared: Turn = (object, lane, owed) => exactly(object, lane, owed) ?? splitTo(DARK)(object, lane, owed);

const bare: Turn = (object, lane, owed) => exactly(object, lane, owed) ?? splitTo(ALL_STABLE)(object, lane, owed);

/** The original as `bare` would make it of our split, so that what it puts in other words is found again. */
const wasBare: Turn = (object, lane, owed) =>
  exactly(object, lane, owed) ?? splitTo(ALL_STABLE)(splitTo(DARK)(object, lane, owed), lane, owed);

const exactly = (object: KubeObject, { router, root }: Lane, owed: Owed): KubeObject | undefined =>
  routers[router]?.bare?.(object, { original: owed.original, root, live: liveOf(owed) });

/** The object as a router splits it, as if there were no other of its kind. */
const splitTo =
  (traffic: Traffic): Turn =>
  (object, { router, root }, { objects }) => {
    const key = keyOf(refOf(object));
    const others = Object.entries(objects).filter(([, other]) => other.kind !== object.kind || isOurs(other));
    const changes = routers[router]?.render(traffic, root, liveOf({ objects: { ...Object.fromEntries(others), [key]: object } }));
    return (changes ?? []).reduce(
      (now, change) => (change.do === 'patch' && keyOf(change.ref) === key ? patchedBy(now, change.operations) : now),
      object,
    );
  };

/** All that a router looks at for objects that are there. */
const liveOf = ({ objects }: Pick<Owed, 'objects'>): Live => ({ now: 0, objects, versions: {}, rendered: {}, ended: [], changed: [] });

/** What a user says in an object: not what the server, its controllers and managers note about it. */
function contentOf({ apiVersion: _version, kind: _kind, metadata, status: _status, ...fields }: KubeObject): Fields {
  return { ...fields, metadata: { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} } };
}

const isSameContent = (one: KubeObject, other: KubeObject): boolean => same(contentOf(one), contentOf(other));

function merged(now: KubeObject, was: KubeObject, original: KubeObject): KubeObject {
  const { metadata, ...fields } = again(contentOf(now), contentOf(was), contentOf(original));
  const { labels, annotations } = record(metadata);
  return { ...now, ...fields, metadata: { ...now.metadata, ...filled('labels', labels), ...filled('annotations', annotations) } };
}

const filled = (name: string, map: unknown): Fields => ({ [name]: Object.keys(record(map)).length > 0 ? map : undefined });

/** What is the same as it was in other words is what the original says; what others made of it stays. */
function again(now: Fields, was: Fields, original: Fields): Fields {
  const entries = Object.entries(now).map(([key, value]) => {
    const [before, own] = [was[key], original[key]];
    if (same(value, before)) return [key, own];
    if (Array.isArray(value) && items(before).length === items(own).length)
      return [key, value.map(item => ruleAgain(item, items(before), items(own)))];
    return [key, isRecord(value) && isRecord(before) && isRecord(own) ? again(value, before, own) : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** A rule that is still there, or at least its list of backends: weights count only beside each other. */
function ruleAgain(item: unknown, was: readonly unknown[], original: readonly unknown[]): unknown {
  if (!isRecord(item) || !Object.values(item).some(Array.isArray)) return item;
  const kept = was.findIndex(rule => same(rule, item));
  if (kept >= 0) return original[kept];
  const entries = Object.entries(item).map(([key, value]) => {
    const like = Array.isArray(value) ? was.findIndex(rule => same(record(rule)[key], value)) : -1;
    return [key, like >= 0 ? record(original[like])[key] : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
