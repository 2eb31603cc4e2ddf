import { RolloutError } from '../errors.ts';
import { MissingPermissions } from '../model/permission.ts';

/**
 * The results of requests that go side by side, in their order, as Promise.all gives them. All of them are waited for, so that the error does not depend
 * on which answer comes first, and one run tells all refusals.
 * @throws MissingPermissions with all that are missing, where any are; else the first in the list, with the words of all.
 */
export async function together<Work extends readonly unknown[]>(work: Work): Promise<{ -readonly [At in keyof Work]: Awaited<Work[At]> }> {
  const settled = await Promise.allSettled(work);
  const refused = settled.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (refused.length > 0) throw inOne(refused);
  return Promise.all(work);
}

function inOne(refused: readonly unknown[]): unknown {
  const [missing, ...more] = refused.flatMap(reason => (reason instanceof MissingPermissions ? reason.missing : []));
  if (missing !== undefined) return new MissingPermissions([missing, ...more]);
  const [first] = refused;
  const told = refused.filter(reason => reason instanceof RolloutError);
  const messages = distinct(told.map(({ message }) => message));
  if (!(first instanceof RolloutError) || messages.length < 2) return first;
  return new RolloutError(first.code, bounded(messages).join('\n'), distinct(told.map(({ hint }) => hint)).join(' '), { cause: first });
}

const MOST_TOLD = 50;
const MOST_CHARACTERS = 500;

/** The first as it is; of a server that refuses everything at length the others are the same again. */
function bounded([first = '', ...others]: readonly string[]): readonly string[] {
  const shown = others
    .slice(0, MOST_TOLD - 1)
    .map(text => (text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 3)}...`));
  const left = others.length - shown.length;
  return [first, ...shown, ...(left > 0 ? [`and ${left} more`] : [])];
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
