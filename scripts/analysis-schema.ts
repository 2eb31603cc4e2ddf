/** `docs/analysis.schema.json`: what editors know of the file of an analysis, made from the tables by which it is read. */
import { inputsOfFile } from '../src/inputs/analysis-file.ts';
import type { InputSpec } from '../src/inputs/input.ts';
import { metricOptions } from '../src/inputs/own-metric.ts';
import { choicesText } from './choices.ts';
import { shortListsOnOneLine } from './json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The file's text. */
export function analysisSchema(): string {
  const fields = inputsOfFile().map(([name, spec]) => [name, name === 'metrics' ? metrics(spec) : field(spec)] as const);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'How a new version is judged (Rollout for Kubernetes)',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields),
  };
  return `${shortListsOnOneLine(JSON.stringify(schema, null, 2))}\n`;
}

function field(spec: InputSpec): Schema {
  const { kind } = spec;
  const description = `${spec.help}${choicesText(spec)}`;
  switch (kind.type) {
    case 'pick':
      return { enum: kind.choices.map(({ value }) => value), description };
    case 'boolean':
      return { type: 'boolean', description };
    case 'duration':
      return { type: 'string', pattern: '^(\\d+h)?(\\d+m)?(\\d+s)?$', description };
    case 'probes':
    case 'comparisons':
      return { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], description };
    default:
      return { type: ['string', 'number'], description };
  }
}

function metrics(spec: InputSpec): Schema {
  const counted = object({ metric: { enum: ['errors', 'latency'] }, tolerance: metricOptions.tolerance?.schema ?? {} }, ['metric']);
  const options = Object.fromEntries(Object.entries(metricOptions).map(([name, { schema }]) => [name, schema]));
  const name: Schema = { type: 'string', pattern: '^[A-Za-z_][\\w.-]{0,62}$', not: { enum: ['errors', 'latency', 'health'] } };
  const text: Schema = { type: 'string', minLength: 1 };
  const own = [
    object({ metric: name, query: text, ...options }, ['metric', 'query']),
    object({ metric: name, web: text, json: { type: 'string', pattern: '^\\$' }, ...options }, ['metric', 'web']),
    object({ metric: name, script: text, ...options }, ['metric', 'script']),
  ];
  return { type: 'array', description: spec.help, items: { anyOf: [{ type: 'string' }, counted, ...own] } };
}

const object = (properties: Schema, required: readonly string[]): Schema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
