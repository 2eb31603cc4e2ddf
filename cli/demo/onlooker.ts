/** Keeps what the demo shows up to date. */
import type { Cluster } from '../../src/model/kube.ts';
import type { Counts, Stream } from '../../src/simulation/index.ts';
import { acts } from './acts.ts';
import { between, sharesOf, talliesOf } from './measure.ts';
import { type Observation, observe } from './observe.ts';
import type { ActLine, Scene } from './scene.ts';

const frameMilliseconds = 100;
/** The measured bar is of the last two seconds. */
const windowFrames = 20;

const nothing: Counts = { sent: 0, lost: 0, switched: 0, pods: [] };

/** Who looks at cluster and requests while the actions go on. */
export interface Onlooker {
  begin(act: number): void;
  step(text: string): void;
  end(act: number, note: string): void;
  /** From now on there are requests. */
  sees(stream: Stream): void;
  /** Draws the last frame. */
  stop(): Promise<void>;
}

/** Shows a scene again and again; null where nobody looks on. */
export function openOnlooker(cluster: Cluster, show: ((scene: Scene) => void) | null): Onlooker {
  let lines: readonly ActLine[] = acts.map(({ title }) => ({ title, state: 'ahead', note: '' }));
  let step = '';
  let stream: Stream | null = null;
  let atBegin = nothing;
  let history: readonly Counts[] = [];
  const mark = (act: number, line: Partial<ActLine>): void => {
    lines = lines.map((each, index) => (index === act ? { ...each, ...line } : each));
  };
  const sceneOf = ({ asked, pods }: Observation): Scene => {
    const counts = stream?.counts() ?? nothing;
    history = [...history, counts].slice(-windowFrames);
    const measured = sharesOf(between(history[0] ?? nothing, counts));
    const tallies = talliesOf(between(atBegin, counts));
    return { acts: lines, step, asked, measured, pods, tallies, sent: counts.sent, lost: counts.lost };
  };
  const look = async (): Promise<void> => {
    show?.(sceneOf(await observe(cluster)));
  };
  const loop = repeat(look);
  return {
    begin: act => {
      atBegin = stream?.counts() ?? nothing;
      mark(act, { state: 'now' });
    },
    step: text => {
      step = text;
    },
    end: (act, note) => mark(act, { state: 'done', note }),
    sees: given => {
      stream = given;
    },
    stop: async () => {
      await loop.stop();
      step = '';
      await look();
    },
  };
}

/** Again and again, never two at once; a look that fails is not the demo's end. */
function repeat(look: () => Promise<void>): { stop(): Promise<void> } {
  let ended = false;
  let wake = (): void => undefined;
  const turn = async (): Promise<void> => {
    while (!ended) {
      await look().catch(() => undefined);
      await new Promise<void>(resolve => {
        wake = resolve;
        setTimeout(resolve, frameMilliseconds);
      });
    }
  };
  const turning = turn();
  return {
    stop: () => {
      ended = true;
      wake();
      return turning;
    },
  };
}
