/** What an input is. */
import type { UserAction } from '../model/stage.ts';
import type { Choice } from './choices.ts';

/** Where an input was written: it decides how names are spelt and what a bare number of time means. */
export type Dialect = 'github' | 'azure' | 'terminal';

/** What a number without unit counts. */
export type DurationUnit = 'seconds' | 'minutes';

/** What a value looks like. */
export type InputKind =
  | { readonly type: 'pick'; readonly choices: readonly Choice[] }
  /** Several of the choices. */
  | { readonly type: 'picks'; readonly choices: readonly Choice[] }
  | { readonly type: 'boolean' }
  | { readonly type: 'percentage' }
  | { readonly type: 'percentages' }
  | { readonly type: 'amount' }
  | { readonly type: 'matches' }
  /** Lines of metrics that are judged. */
  | { readonly type: 'metrics' }
  /** An address, or a Service behind the API server. */
  | { readonly type: 'prometheus' }
  /** Lines `Name: value`, which may be secret. */
  | { readonly type: 'headers' }
  /** Lines of questions to each new pod. */
  | { readonly type: 'probes' }
  /** Lines of requests whose answers are compared. */
  | { readonly type: 'comparisons' }
  | { readonly type: 'count'; readonly most: number }
  | { readonly type: 'duration'; readonly bare: Readonly<Record<Dialect, DurationUnit>>; readonly mostHours?: number }
  | { readonly type: 'lines' }
  | { readonly type: 'namespace' }
  /** What a version is called. */
  | { readonly type: 'name' }
  | { readonly type: 'text'; readonly secret: boolean };

/** Under which heading the platforms show an input. */
export type InputGroup = 'rollout' | 'strategy' | 'files' | 'cluster' | 'analysis' | 'safety' | 'timing';

/** One input. An empty value always means "not given"; `fallback` is then taken, and is what both platforms show as the default. */
export interface InputSpec {
  /** Azure's name where it is not the camelCase of the canonical one. */
  readonly azure?: string;
  /** Other names that are read, per dialect's spelling (kebab-case on GitHub and in the terminal, camelCase on Azure). */
  readonly aliases?: { readonly github?: readonly string[]; readonly azure?: readonly string[] };
  readonly label: string;
  readonly help: string;
  /** At most 200 characters for the forms of the platforms, where `help` and the choices are longer; the reference has them whole. */
  readonly brief?: string;
  readonly group: InputGroup;
  readonly kind: InputKind;
  readonly fallback: string;
  readonly actions: readonly UserAction[];
  readonly required?: readonly UserAction[];
  /** Only read on this platform. */
  readonly only?: 'azure';
}

/** An input that every action takes. */
export const all: readonly UserAction[] = ['deploy', 'promote', 'reject', 'analyze', 'undo', 'sweep'];

/** An input of the actions that change the cluster. */
export const changing: readonly UserAction[] = ['deploy', 'promote', 'reject', 'undo', 'sweep'];

/** An input of the actions that put a version beside the running one, or in its place. */
export const releasing: readonly UserAction[] = ['deploy', 'undo'];

/** Its value is shown nowhere. */
export const isSecret = (kind: InputKind): boolean => kind.type === 'headers' || (kind.type === 'text' && kind.secret);

/** The kind of an input that is true or false. */
export const yesOrNo = { type: 'boolean' } as const;
