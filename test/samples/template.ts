/** What Azure Pipelines makes of a template before a run begins: the expressions that our templates use, and no others. */

/** Values by name: parameters, and what a loop stands at. */
export type Scope = Readonly<Record<string, unknown>>;

interface Declared {
  readonly name: string;
  readonly default?: unknown;
}

/** The template with parameters put in. Throws for a parameter that it does not declare, or needs and does not get. */
export function filledIn(template: Scope, given: Scope): Scope {
  const declared = template.parameters as readonly Declared[];
  const strange = Object.keys(given).filter(name => !declared.some(each => each.name === name));
  const missing = declared.filter(each => each.default === undefined && given[each.name] === undefined);
  if (strange.length + missing.length > 0) throw new Error(`parameters: ${[...strange, ...missing.map(({ name }) => name)].join(', ')}`);
  const parameters = Object.fromEntries(declared.map(({ name, default: fallback }) => [name, given[name] ?? fallback]));
  const { parameters: _, ...rest } = template;
  return filled(rest, { parameters }) as Scope;
}

function filled(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return text(value, scope);
  if (Array.isArray(value)) return value.flatMap(item => items(item, scope));
  return typeof value === 'object' && value !== null ? mapping(value, scope) : value;
}

const insertion = /^\$\{\{ insert \}\}$/;
const loop = /^\$\{\{ each (\w+) in ([\w.]+) \}\}$/;

function items(item: unknown, scope: Scope): readonly unknown[] {
  const [key, body] = Object.entries((item ?? {}) as Scope)[0] ?? [];
  const [, name, list] = loop.exec(typeof item === 'object' ? (key ?? '') : '') ?? [];
  if (name === undefined || list === undefined) return [filled(item, scope)];
  return (resolved(list, scope) as readonly unknown[]).flatMap(each => filled(body, { ...scope, [name]: String(each) }) as unknown[]);
}

function mapping(value: object, scope: Scope): Scope {
  const entries = Object.entries(value).flatMap(([key, inner]) =>
    insertion.test(key) ? Object.entries(filled(inner, scope) as Scope) : [[String(text(key, scope)), filled(inner, scope)] as const],
  );
  const names = entries.map(([name]) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${twice} is given twice`);
  return Object.fromEntries(entries);
}

/** A text that is one expression is what that comes to, whatever it is. */
function text(value: string, scope: Scope): unknown {
  const whole = /^\$\{\{ ([^}]+) \}\}$/.exec(value)?.[1];
  if (whole !== undefined) return resolved(whole, scope);
  return value.replace(/\$\{\{ ([^}]+) \}\}/g, (_, expression: string) => String(resolved(expression, scope)));
}

function resolved(expression: string, scope: Scope): unknown {
  const [, of, from, to] = /^replace\((\w+), '(.)', '(.)'\)$/.exec(expression) ?? [];
  if (of !== undefined) return String(scope[of]).replaceAll(from ?? '', to ?? '');
  const value = expression.split('.').reduce<unknown>((inner, key) => (inner as Scope | undefined)?.[key], scope);
  if (value === undefined) throw new Error(`${expression} is nothing`);
  return value;
}
