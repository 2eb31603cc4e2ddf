/** What a recording of the demo keeps: moments, as data. Titles, layout and colours come from the demo's own code when the picture is made. */
import { acts } from '../../cli/demo/acts.ts';
import type { ActLine, Scene } from '../../cli/demo/scene.ts';

/** How far the acts are: a state for each, and how those ended that are over. */
export interface Shot extends Omit<Scene, 'acts'> {
  readonly acts: readonly Pick<ActLine, 'state' | 'note'>[];
}

/** A recording: one shot for each step of time. */
export interface Recording {
  readonly stepMilliseconds: number;
  readonly shots: readonly Shot[];
}

/** A scene without the words that the demo has itself. */
export const shotOf = ({ acts: lines, ...scene }: Scene): Shot => ({ ...scene, acts: lines.map(({ state, note }) => ({ state, note })) });

/** The scene that a shot was taken of, in the words of today. */
export function sceneOf({ acts: lines, ...shot }: Shot): Scene {
  if (lines.length !== acts.length) throw new Error('the demo has other acts than its recording: run npm run record');
  return {
    ...shot,
    acts: acts.map(({ title }, index) => ({ title, state: lines[index]?.state ?? 'ahead', note: lines[index]?.note ?? '' })),
  };
}
