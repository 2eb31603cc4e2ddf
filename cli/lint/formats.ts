/** The table of formats. */
import type { Finding } from '../../src/lint/finding.ts';
import { asAzure } from './azure.ts';
import { asJson } from './json.ts';
import { asSarif } from './sarif.ts';
import { asText } from './text.ts';

/** How findings are written, by the value of `--output`. */
export const formats: ReadonlyMap<string, (findings: readonly Finding[], version: string) => string> = new Map([
  ['text', asText],
  ['json', asJson],
  ['sarif', asSarif],
  ['azure', asAzure],
]);
