/** A stage for a file of tests, with namespaces as they are needed. */
import { afterAll, beforeAll } from '@jest/globals';
import type { Connected } from '../../src/cluster/index.ts';
import { type CrashStage, openStage } from './stage.ts';
import { connectTo } from './time.ts';

/** What is there while a test or its hooks run. */
export interface OwnStage {
  readonly stage: CrashStage;
  readonly cluster: Connected['cluster'];
  /** Makes a namespace that no other test has, and says what it is called: "undo-1", then "undo-2". */
  fresh(name: string): Promise<string>;
}

/** Opens the stage before the first test of the file, and closes it behind the last. */
export function ownStage(): OwnStage {
  let stage: CrashStage;
  let connected: Connected;
  let count = 0;
  beforeAll(async () => {
    stage = await openStage();
    connected = await connectTo(stage.simulation.kubeconfig);
  });
  afterAll(async () => {
    await connected.close();
    await stage.close();
  });
  return {
    get stage() {
      return stage;
    },
    get cluster() {
      return connected.cluster;
    },
    fresh: async name => {
      const namespace = `${name}-${++count}`;
      await connected.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      return namespace;
    },
  };
}
