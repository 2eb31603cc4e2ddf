/** Findings for people: those of a file together, each with the place that an editor opens. */
import type { Finding } from '../../src/lint/finding.ts';
import { neutral } from '../../src/report/neutral.ts';

/** Lines of text; the last one counts. */
export function asText(findings: readonly Finding[]): string {
  const files = [...new Set(findings.map(({ where }) => where.file))];
  const groups = files.map(file => findings.filter(({ where }) => where.file === file).map(told));
  return [...groups.map(group => group.join('\n')), `${countOf(findings, 'error')}, ${countOf(findings, 'warning')}`].join('\n\n');
}

function told({ code, level, what, where, set }: Finding): string {
  const place = where.file === '' ? '' : where.line === null ? `${where.file}: ` : `${where.file}:${where.line}: `;
  const remedy = set === '' ? [] : [`    Set: ${set}`];
  return neutral([`${place}${level}: ${what} [${code}]`, ...remedy].join('\n'));
}

/** "1 error", "no warnings". */
export function countOf(findings: readonly Finding[], level: Finding['level']): string {
  const count = findings.filter(finding => finding.level === level).length;
  return `${count === 0 ? 'no' : count} ${level}${count === 1 ? '' : 's'}`;
}
