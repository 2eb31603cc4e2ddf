/** Findings as SARIF 2.1.0, which GitHub's code scanning and many editors read. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, Where } from '../../src/lint/finding.ts';
import { INVALID } from '../../src/lint/lint.ts';
import { rules } from '../../src/lint/rules/index.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const all = [INVALID, ...rules];

/** The whole log. What is in no file is no result, but says that the run itself was not whole. */
export function asSarif(findings: readonly Finding[], version: string): string {
  const placed = findings.filter(({ where }) => where.file !== '');
  const unplaced = findings.filter(({ where }) => where.file === '');
  const run = {
    tool: { driver: { name: 'kubernetes-rollout', version, rules: all.map(described) } },
    invocations: [
      {
        executionSuccessful: unplaced.length === 0,
        toolExecutionNotifications: unplaced.map(({ level, what }) => ({ level, message: { text: what } })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: placed.map(result),
  };
  return JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2);
}

const described = ({ code, about, level }: (typeof all)[number]) => ({
  id: code,
  shortDescription: { text: about },
  fullDescription: { text: about },
  help: { text: about },
  defaultConfiguration: { level },
});

function result({ code, level, what, where, set }: Finding) {
  const { file, line } = where;
  const physicalLocation = { artifactLocation: artifact(file), region: { startLine: line ?? 1 } };
  return {
    ruleId: code,
    ruleIndex: all.findIndex(rule => rule.code === code),
    level,
    message: { text: set === '' ? what : `${what} Set: ${set}` },
    locations: [{ physicalLocation }],
  };
}

/** Paths are relative to the folder of the repository, where the command runs; those outside of it and URLs say all of themselves. */
function artifact(file: Where['file']) {
  if (/^https?:\/\//.test(file)) return { uri: file };
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
