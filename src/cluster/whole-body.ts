import { RolloutError } from '../errors.ts';
import { codeOf, faultOf } from './faults.ts';
import { textOf } from './text.ts';

/** What a page may have: large ones of an API server's own metrics have about 4 MB. */
const MOST_BYTES = 5_000_000;

/** A body as text, up to a bound. Throws API_ERROR where it has no end, and UNREACHABLE where it breaks off. */
export async function wholeBody(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  try {
    return await textOf(body, MOST_BYTES);
  } catch (error) {
    if (codeOf(error) === 'TOO_LONG')
      throw new RolloutError('API_ERROR', `the answer of ${what} has more than ${MOST_BYTES / 1_000_000} MB`, 'Serve fewer series.');
    throw new RolloutError('UNREACHABLE', `the answer of ${what} broke off (${faultOf(error).code})`, 'Check whether it was restarted.');
  }
}
