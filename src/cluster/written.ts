import type { KubeObject, Ref } from '../model/kube.ts';
import type { Time } from '../model/time.ts';

/** Objects at the moment from which on changes of them are to be heard. */
interface Beginning {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** What the API server answered to writes a moment ago: a watch of these objects goes on from there. */
export interface Written {
  note(object: KubeObject): void;
  /** A write of this object is under way. */
  expect(ref: Ref, answer: Promise<unknown>): void;
  /** How these objects were answered, once what is under way was; null where one of them was not just written. */
  begin(refs: readonly Ref[]): Promise<Beginning | null>;
}

/** So long an answer is taken for how an object is, and one that is due is waited for. */
const FRESH_MS = 2000;

/** Opens an empty memory. */
export function openWritten(time: Time): Written {
  const answers = new Map<string, { readonly at: number; readonly object: KubeObject }>();
  const due = new Map<string, Promise<unknown>>();
  const isFresh = ({ at }: { readonly at: number }): boolean => time.elapsed() - at < FRESH_MS;
  const known = (ref: Ref): readonly KubeObject[] => {
    const answer = answers.get(keyOf(ref));
    return answer && isFresh(answer) ? [answer.object] : [];
  };
  return {
    note: object => {
      for (const [key, answer] of answers) if (!isFresh(answer)) answers.delete(key);
      const { apiVersion, kind, metadata } = object;
      answers.set(keyOf({ apiVersion, kind, ...metadata }), { at: time.elapsed(), object });
    },
    expect: (ref, answer) => {
      const key = keyOf(ref);
      const settled = answer.then(
        () => due.delete(key),
        () => due.delete(key),
      );
      due.set(key, settled);
    },
    begin: async refs => {
      const pending = refs.filter(ref => known(ref).length === 0).flatMap(ref => due.get(keyOf(ref)) ?? []);
      if (pending.length > 0) await within(Promise.all(pending), time);
      const objects = refs.flatMap(known);
      const resourceVersion = objects.length === refs.length ? earliest(objects) : null;
      return resourceVersion === null ? null : { objects, resourceVersion };
    },
  };
}

const keyOf = ({ apiVersion, kind, namespace = '', name }: Ref): string => [apiVersion, kind, namespace, name].join(' ');

function within(answers: Promise<unknown>, time: Time): Promise<void> {
  return new Promise(resolve => {
    const cancel = time.after(FRESH_MS, resolve);
    void answers.then(() => {
      cancel();
      resolve();
    });
  });
}

/** Versions are numbers wherever they can be compared at all. */
const isNumber = (version: string): boolean => /^[1-9]\d*$/.test(version);

/** Whether one state of an object is from before another one. */
export function isEarlier({ metadata }: KubeObject, other: KubeObject | undefined): boolean {
  const [version, later] = [metadata.resourceVersion ?? '', other?.metadata.resourceVersion ?? ''];
  return isNumber(version) && isNumber(later) && BigInt(version) < BigInt(later);
}

function earliest(objects: readonly KubeObject[]): string | null {
  const versions = objects.map(({ metadata: { resourceVersion = '' } }) => resourceVersion);
  if (versions.length === 0 || !versions.every(isNumber)) return null;
  return versions.reduce((least, version) => (BigInt(version) < BigInt(least) ? version : least));
}
