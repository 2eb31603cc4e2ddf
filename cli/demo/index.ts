/** `kubernetes-rollout demo`: a canary, a promotion and a rejection under traffic, without any cluster. */
import { RolloutError } from '../../src/errors.ts';
import { interruption } from '../../src/interruption.ts';
import type { Streams } from '../platform.ts';
import { openPlayground } from '../playground/playground.ts';
import { endingLines, faults } from './ending.ts';
import { frame } from './frame.ts';
import { openOnlooker } from './onlooker.ts';
import { type Played, play } from './play.ts';
import type { Scene } from './scene.ts';
import { type Screen, screenOn, type Terminal } from './screen.ts';
import { fast, watchable } from './tempo.ts';

/** Where it is shown, and whether nobody looks on. */
export interface DemoOptions {
  readonly isFast: boolean;
  readonly terminal: Terminal;
  readonly streams: Streams;
}

const STOPPED = 'The demo was stopped. Its cluster existed only in this process: there is nothing to clean up.';

/** Plays it. Resolves to the exit code: 1 when a request was lost or a share is not what was asked, 130 when it was interrupted. */
export async function demo({ isFast, terminal, streams }: DemoOptions): Promise<number> {
  const interrupted = interruption(() => streams.err('Stopping the demo.'));
  streams.out('Rollout for Kubernetes: the demo. The cluster is simulated in this process, the rollouts are real.\n');
  try {
    const screen = screenOn(terminal);
    const played = await playOn(screen, { isFast, streams, signal: interrupted.signal });
    for (const line of endingLines(played)) streams.out(line);
    const found = faults(played);
    for (const fault of found) streams.err(`Error: ${fault}`);
    return found.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    const isStopped = error.code === 'INTERRUPTED';
    streams.err(isStopped ? STOPPED : `Error: ${error.code}: ${error.message}\nWhat to do: ${error.hint}`);
    return isStopped ? 130 : 1;
  } finally {
    interrupted.close();
  }
}

interface Showing {
  readonly isFast: boolean;
  readonly streams: Streams;
  readonly signal: AbortSignal;
}

async function playOn(screen: Screen, { isFast, streams, signal }: Showing): Promise<Played> {
  const tempo = isFast ? fast : watchable;
  const playground = await openPlayground({ pace: tempo.pace });
  const show = (scene: Scene): void => screen.draw(frame(scene, streams.colour));
  const onlooker = openOnlooker(playground.connected.cluster, screen.isLive ? show : null);
  try {
    return await play({ playground, onlooker, screen, tempo, signal });
  } finally {
    await onlooker.stop();
    await playground.close();
  }
}
