/** From files to findings, without a cluster. */
import type { Placed } from '../manifests/check.ts';
import type { Fault } from '../manifests/load-faults.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Finding, LintFile, LintFiles, Remark, Rule } from './finding.ts';
import { rules } from './rules/index.ts';

/** What keeps a file from being read, beside the table of rules. */
export const INVALID: Omit<Rule, 'remarks'> = {
  code: 'invalid-manifest',
  level: 'error',
  about: 'The files are read as a deploy reads them.',
};

/** What a lint looks at: the files with their images put in, and the inputs that bear on them. */
export interface Asked {
  readonly found: readonly Placed[];
  readonly faults: readonly Fault[];
  /** For objects that name none; null: not given. */
  readonly namespace: string | null;
  readonly drainSeconds: number;
}

/** All findings, by file and line: faults of files are errors, advice is a warning. */
export function lint({ found, faults, namespace, drainSeconds }: Asked): readonly Finding[] {
  const files = found.map(({ manifest: { object }, place }) => ({ object, namespace: namespaceOf(object, namespace), place }));
  const all = { files, ...pickedFrom(files), drainSeconds };
  const advice = files.flatMap(file => rules.flatMap(rule => adviceOf(rule, file, all)));
  return inOrder([...faults.map(faulty), ...advice]);
}

function pickedFrom(files: readonly LintFile[]): Pick<LintFiles, 'services' | 'scalers' | 'budgets'> {
  const of = (...kinds: readonly string[]): readonly LintFile[] => files.filter(({ object: { kind } }) => kinds.includes(kind));
  const services = of('Service').filter(({ object: { apiVersion } }) => apiVersion === 'v1');
  return { services, scalers: of('HorizontalPodAutoscaler', 'ScaledObject'), budgets: of('PodDisruptionBudget') };
}

const namespaceOf = ({ metadata }: KubeObject, given: string | null): string => metadata.namespace ?? given ?? '';

const adviceOf = (rule: Rule, file: LintFile, all: LintFiles): readonly Finding[] =>
  rule.remarks(file, all).map(remark => ({ code: rule.code, level: rule.level, ...told(remark, file) }));

function told({ path, what, set }: Remark, { place }: LintFile): Pick<Finding, 'what' | 'where' | 'set'> {
  return { what, where: { ...place(path), path }, set };
}

/** The text names the place for whoever has nothing but the text. */
function faulty({ text, place }: Fault): Finding {
  const head = place === null ? '' : `${place.file}:${place.line}: `;
  const where = { file: place?.file ?? '', line: place?.line ?? null, path: '' };
  return { code: INVALID.code, level: INVALID.level, what: `${text.slice(head.length)}.`, where, set: '' };
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const byName = (a: Finding, b: Finding): number => Number(a.where.file > b.where.file) - Number(a.where.file < b.where.file);
  return findings.toSorted((a, b) => byName(a, b) || (a.where.line ?? 0) - (b.where.line ?? 0));
}
