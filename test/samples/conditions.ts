/** Conditions and expressions of both platforms, as far as our samples and templates use them. */

/** How a job or a stage ended. */
export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

/** How those ended that came before, by name. */
export type Results = Readonly<Record<string, Result>>;

const ofAzure: Readonly<Record<Result, string>> = { success: 'Succeeded', failure: 'Failed', cancelled: 'Canceled', skipped: 'Skipped' };

/** Whether a stage of Azure runs behind those that it depends on. Without a condition all of them must have succeeded. */
export function stageRuns(condition: string | undefined, results: Results): boolean {
  if (condition === undefined) return Object.values(results).every(result => result === 'success');
  const known = {
    and: (...all: readonly boolean[]) => all.every(Boolean),
    not: (value: boolean) => !value,
    always: () => true,
    isIn: (value: string, ...all: readonly string[]) => all.includes(value),
    dependencies: Object.fromEntries(Object.entries(results).map(([name, result]) => [name, { result: ofAzure[result] }])),
  };
  return Boolean(evaluated(condition.replaceAll('in(', 'isIn('), known));
}

/** Whether a job of GitHub runs behind those that it needs. Without a status in its `if` all of them must have succeeded. */
export function jobRuns(condition: string | undefined, results: Results, inputs: Readonly<Record<string, unknown>> = {}): boolean {
  const bare = (condition ?? 'true').replace(/^\$\{\{ (.*) \}\}$/, '$1');
  const isTold = /\b(always|cancelled|failure|success)\(\)/.test(bare);
  if (!isTold && Object.values(results).some(result => result !== 'success')) return false;
  return Boolean(expression(bare, { needs: results, inputs }));
}

/** What an expression of GitHub comes to, without its braces. */
export function expression(
  text: string,
  { needs = {}, ...contexts }: { readonly needs?: Results } & Readonly<Record<string, unknown>>,
): unknown {
  const quoted = text.replaceAll('needs.*.result', 'results').replace(/\.([a-z]+(?:-[a-z]+)+)/g, "['$1']");
  return evaluated(quoted, {
    ...contexts,
    results: Object.values(needs),
    needs: Object.fromEntries(Object.entries(needs).map(([name, result]) => [name, { result }])),
    fromJSON: JSON.parse,
    format: (pattern: string, value: unknown) => pattern.replace('{0}', String(value ?? '')),
    contains: (all: string | readonly string[], one: string) => all.includes(one),
    always: () => true,
    cancelled: () => Object.values(needs).includes('cancelled'),
  });
}

/** Both platforms' expressions read as those of JavaScript once their names are known. */
function evaluated(text: string, known: Readonly<Record<string, unknown>>): unknown {
  return new Function(...Object.keys(known), `return (${text});`)(...Object.values(known));
}
