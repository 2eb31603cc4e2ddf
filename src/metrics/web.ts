/** A number out of the JSON that an address answers with. */
import { RolloutError } from '../errors.ts';
import { atPath, parsedJson, pathText } from '../model/json-path.ts';
import type { Header, Measured, OwnMetric } from '../model/metrics.ts';
import type { Ways } from './prometheus-access.ts';

/** Asks for the address. Never throws: what keeps it from a number is told in words. */
export async function numberOfWeb(
  { path }: Pick<OwnMetric, 'path'>,
  address: string,
  { ask, headers }: Pick<Ways, 'ask'> & { readonly headers: readonly Header[] },
): Promise<Measured> {
  try {
    const { status, body } = await ask(address, Object.fromEntries(headers));
    if (status >= 300) return { kind: 'error', text: `${new URL(address).origin} answers with status ${status}` };
    return numberAt(path, body);
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { kind: 'error', text: error.message };
  }
}

function numberAt(path: OwnMetric['path'], body: string): Measured {
  const answer = parsedJson(body);
  const place = pathText(path);
  if (answer === undefined) return { kind: 'error', text: 'the answer is not JSON' };
  const value = atPath(answer, path);
  if (value === undefined || value === null) return { kind: 'no-data', text: `the answer has nothing at ${place}` };
  if (typeof value === 'boolean') return { kind: 'value', value: Number(value) };
  if (value === 'NaN') return { kind: 'nan', text: `the answer has NaN at ${place}` };
  const number = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? { kind: 'error', text: `the answer has no number at ${place}` } : { kind: 'value', value: number };
}
