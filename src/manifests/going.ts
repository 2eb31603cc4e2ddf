/** What is being deleted: a read still shows it, and it stands no more. */
import type { KubeObject } from '../model/kube.ts';
import { isOurs, VARIANT } from './names.ts';

/** It is on its way out; finalizers or its own dependents keep it for a while. */
export const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

/** Objects without those of ours that are being deleted. */
export const standing = (objects: Readonly<Record<string, KubeObject>>): Readonly<Record<string, KubeObject>> =>
  Object.fromEntries(Object.entries(objects).filter(([, object]) => !(isOurs(object) && isGoing(object))));

/** Those that it leaves out. */
export const goingOf = (objects: Readonly<Record<string, KubeObject>>): readonly KubeObject[] =>
  Object.values(objects).filter(object => isOurs(object) && isGoing(object));

/** A route or a record of ours: until it is gone, the one splits requests and the other is there for every run to see. */
export const isActing = ({ metadata }: KubeObject): boolean => ['route', 'record'].includes(metadata.labels?.[VARIANT] ?? '');
