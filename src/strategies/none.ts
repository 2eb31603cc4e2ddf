import type { Strategy } from '../model/stage.ts';

/** The plain rolling deploy: the files are applied in place and awaited. It opens no rollout, so it has no stages. */
export const none: Strategy = {
  name: 'none',
  about: 'Applies the files and waits until they are rolled out, as kubectl would.',
  stages: () => [],
};
