/** Inputs that this action does not read: a value that no action could take is found by the first step that is given it, not by a later one. */
import type { UserAction } from '../model/stage.ts';
import type { Dialect, InputKind, InputSpec } from './input.ts';
import { inputsOf, namesOf } from './names.ts';
import { type Faults, reader, unexpanded, type ValueReader } from './reader.ts';
import type { InputName } from './spec.ts';

interface Step {
  readonly dialect: Dialect;
  readonly action: UserAction;
}

/** What is wrong with them. A variable that the agent did not expand is nobody's value. */
export function unreadFaults(given: ReadonlyMap<string, string>, { dialect, action }: Step): Faults {
  const found: string[] = [];
  const read = reader(given, { dialect, action: null }, found);
  const valuesOf = (name: InputName): readonly string[] => namesOf(name, dialect).flatMap(each => given.get(each.toLowerCase()) ?? []);
  for (const [name, spec] of inputsOf(dialect)) {
    const isLeftOut = spec.actions.includes(action) || valuesOf(name).some(value => unexpanded(value, spec) !== null);
    if (!isLeftOut && read.isGiven(name)) reading(spec)(read, name);
  }
  return found;
}

const readings: Readonly<Record<InputKind['type'], (read: ValueReader, name: InputName) => unknown>> = {
  pick: (read, name) => read.pick(name),
  picks: (read, name) => read.picks(name),
  boolean: (read, name) => read.boolean(name),
  percentage: (read, name) => read.percentage(name),
  percentages: (read, name) => read.percentages(name),
  amount: (read, name) => read.amount(name),
  matches: (read, name) => read.matches(name),
  metrics: (read, name) => read.metrics(name),
  prometheus: (read, name) => read.prometheus(name),
  headers: (read, name) => read.headers(name),
  probes: (read, name) => read.probes(name),
  comparisons: (read, name) => read.comparisons(name),
  count: (read, name) => read.count(name),
  duration: (read, name) => read.durationSeconds(name),
  namespace: (read, name) => read.namespace(name),
  name: (read, name) => read.variant(name),
  lines: (read, name) => read.lines(name),
  text: (read, name) => read.text(name),
};

const reading = ({ kind }: InputSpec) => readings[kind.type];
