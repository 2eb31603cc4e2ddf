import type { LastLines } from '../../model/event.ts';
import type { ProbedCluster, Program } from '../../model/probe.ts';

const MOST_LINES = 20;
const MOST_CHARACTERS = 4_096;
/** What terminals make colours of: it begins with the escape character. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

/** What a container said last; null where the Role does not let it be read, or there is nothing. */
export async function lastLines({ logOf }: Pick<ProbedCluster, 'logOf'>, program: Program): Promise<LastLines | null> {
  const said = await logOf?.(program).catch(() => '');
  const lines = (said ?? '').slice(-MOST_CHARACTERS).replace(COLOURS, '').trimEnd().split('\n').slice(-MOST_LINES);
  if (lines.join('') === '') return null;
  const which = program.previous ? ', before it was started again' : '';
  return { of: `container ${program.container} of pod ${program.pod}${which}`, lines };
}
