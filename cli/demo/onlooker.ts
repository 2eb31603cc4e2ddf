/** Keeps what the demo shows up to date. */
import type { Cluster } from '../../src/model/kube.ts';
import type { Counts, Stream } from '../../src/simulation/index.ts';
import { acts } from './acts.ts';
import { frame } from './frame.ts';
import { between, sharesOf, talliesOf } from './measure.ts';
import { type Observation, observe } from './observe.ts';
import type { ActLine } from './scene.ts';
import type { Screen } from './screen.ts';

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

/** Draws a frame again and again where the screen can be redrawn. */
export function openOnlooker(cluster: Cluster, { screen, colour }: { readonly screen: Screen; readonly colour: boolean }): Onlooker {
  let lines: readonly ActLine[] = acts.map(({ title }) => ({ title, state: 'ahead', note: '' }));
  let step = '';
  let stream: Stream | null = null;
  let atBegin = nothing;
  let history: readonly Counts[] = [];
  const mark = (act: number, line: Partial<ActLine>): void => {
    lines = lines.map((each, index) => (index === act ? { ...each, ...line } : each));
  };
  const draw = ({ asked, pods }: Observation): void => {
    const counts = stream?.counts() ?? nothing;
    history = [...history, counts].slice(-windowFrames);
    const measured = sharesOf(between(history[0] ?? nothing, counts));
    const tallies = talliesOf(between(atBegin, counts));
    screen.draw(frame({ acts: lines, step, asked, measured, pods, tallies, sent: counts.sent, lost: counts.lost }, colour));
  };
  const look = async (): Promise<void> => {
    if (screen.isLive) draw(await observe(cluster));
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
