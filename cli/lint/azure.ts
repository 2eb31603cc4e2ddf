/** Findings as the agent of Azure Pipelines reads them: an issue each, which links to file and line. */
import type { Finding } from '../../src/lint/finding.ts';

/** A command a line. */
export const asAzure = (findings: readonly Finding[]): string => findings.map(issue).join('\n');

function issue({ code, level, what, where, set }: Finding): string {
  const place = where.file === '' ? [] : [['sourcepath', where.file] as const];
  const line = where.line === null ? [] : [['linenumber', String(where.line)] as const];
  const properties = [['type', level] as const, ...place, ...line, ['code', code] as const];
  const written = properties.map(([name, value]) => `${name}=${property(value)};`).join('');
  return `##vso[task.logissue ${written}]${message(set === '' ? what : `${what} Set: ${set}`)}`;
}

/** As the agent takes escapes apart, percent signs first. */
const message = (text: string): string => text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => message(text).replaceAll(']', '%5D').replaceAll(';', '%3B');
