import type { InputSpec } from '../src/inputs/input.ts';

/** " `a`: about a; `b` (or `c`): about b." for a pick list, else nothing. */
export function choicesText(spec: InputSpec): string {
  if (spec.kind.type !== 'pick' && spec.kind.type !== 'picks') return '';
  const texts = spec.kind.choices.map(({ value, about, also }) => {
    const others = also === undefined ? '' : ` (or ${also.map(name => `\`${name}\``).join(', ')})`;
    return `\`${value}\`${others}: ${about}`;
  });
  return ` ${texts.join('; ')}.`;
}

/** What a platform shows beside an input. */
export const briefly = (spec: InputSpec): string => spec.brief ?? `${spec.help}${choicesText(spec)}`;
