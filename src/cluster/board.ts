import type { KubeObject } from '../model/kube.ts';

/** Where a watch shows its newest set, and its consumer waits for it. */
export interface Board {
  show(objects: readonly KubeObject[]): void;
  /** The consumer gets this error instead of a set. */
  fail(error: unknown): void;
  /** Lets the consumer go on without news. */
  wake(): void;
  /** True once there was a set. */
  isShown(): boolean;
  /** The newest set, once there is one that was not taken; throws what was told to `fail`. */
  changed(): Promise<readonly KubeObject[]>;
  /** Resolves when the consumer took a set and wants another one, or was woken. */
  wanted(): Promise<void>;
}

interface Bell {
  readonly rung: Promise<void>;
  ring(): void;
}

/** Opens an empty board. */
export function openBoard(): Board {
  let current: readonly KubeObject[] | null = null;
  let failure: { readonly error: unknown } | null = null;
  let bell = openBell();
  let isTaken = false;
  const more = openBell();
  return {
    isShown: () => current !== null,
    show: objects => {
      current = objects;
      bell.ring();
    },
    fail: error => {
      failure = { error };
      bell.ring();
    },
    wake: () => {
      bell.ring();
      more.ring();
    },
    wanted: () => more.rung,
    changed: async () => {
      if (isTaken) more.ring();
      await bell.rung;
      isTaken = true;
      bell = openBell();
      if (failure !== null) throw failure.error;
      return current ?? [];
    },
  };
}

function openBell(): Bell {
  let ring = (): void => undefined;
  const rung = new Promise<void>(done => {
    ring = done;
  });
  return { rung, ring: () => ring() };
}
