/** Names that are no input of ours: another product's, misspelt, or nobody's. */
import { type ForeignInput, foreignInputs } from './foreign.ts';
import type { Dialect } from './input.ts';
import { inputsOf, namesOf, nearest } from './names.ts';

/** What is to be said about given names that are no inputs; `names` and `values` as they were given. */
export interface Strangers {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Judges every given input that the dialect does not have. */
export function strangers(given: ReadonlyMap<string, string>, dialect: Dialect): Strangers {
  const known = new Set(inputsOf(dialect).flatMap(([name]) => namesOf(name, dialect).map(each => each.toLowerCase())));
  const found = [...given].filter(([name]) => !known.has(name)).map(([name, value]) => judge(name, value, dialect));
  return {
    faults: found.filter(each => each.fault).map(each => each.text),
    warnings: found.filter(each => !each.fault).map(each => each.text),
  };
}

interface Verdict {
  readonly fault: boolean;
  readonly text: string;
}

function judge(name: string, value: string, dialect: Dialect): Verdict {
  const foreign = foreignInputs(dialect).find(each => each.name.toLowerCase() === name);
  return foreign === undefined ? misspelt(name, dialect) : theirs(foreign, value);
}

function theirs(foreign: ForeignInput, value: string): Verdict {
  const harmless = foreign.harmless === 'always' || foreign.harmless.includes(value.toLowerCase());
  return { fault: !harmless, text: `${foreign.name}: there is no such input here: ${foreign.instead}` };
}

function misspelt(name: string, dialect: Dialect): Verdict {
  const dash = dialect === 'terminal' ? '--' : '';
  const meant = nearest(
    name,
    inputsOf(dialect).flatMap(([each]) => namesOf(each, dialect)),
  );
  if (meant !== null) return { fault: true, text: `${dash}${name}: there is no such input; did you mean ${dash}${meant}?` };
  if (dialect === 'terminal') return { fault: true, text: `--${name}: there is no such option; --help lists them` };
  return { fault: false, text: `${name}: there is no such input (variable INPUT_${name.toUpperCase()}); it is ignored` };
}
