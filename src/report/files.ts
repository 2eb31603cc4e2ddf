/** The files that tell of a run, made of what was told by its end. */
import { chronicleOf, type RunBy, type Told } from './chronicle.ts';
import { harmlessly } from './harmless.ts';
import { pageOf } from './page/index.ts';

/** Files that are asked for, `.html` or `.json` by their names, and whose run it is. */
export interface Wanted {
  readonly paths: readonly string[];
  readonly run: RunBy;
}

/** Takes note of the files that are asked for, and makes them. */
export interface Files {
  keep(wanted: Wanted): void;
  /** As they are to be written, once the end was shown. */
  files(): readonly { readonly path: string; readonly text: string }[];
  /** The page alone, whether it is asked for or not; null where nothing was kept. */
  page(): string | null;
}

/** What the files need beside the events. */
export interface Making {
  readonly tool: string;
  /** Takes secrets out of a text. */
  clean(text: string): string;
}

/** Files over a list of events that grows. */
export function openFiles(told: readonly Told[], { tool, clean }: Making): Files {
  let wanted: Wanted | null = null;
  const chronicleBy = (run: RunBy) => harmlessly(chronicleOf(told, { tool, run, endedAt: Date.now() }), clean);
  return {
    keep: more => {
      wanted = more;
    },
    page: () => wanted && pageOf(chronicleBy(wanted.run)),
    files: () => {
      if (wanted === null || wanted.paths.length === 0) return [];
      const { paths, run } = wanted;
      const chronicle = chronicleBy(run);
      return paths.map(path => ({ path, text: path.endsWith('.json') ? `${JSON.stringify(chronicle, null, 2)}\n` : pageOf(chronicle) }));
    },
  };
}
