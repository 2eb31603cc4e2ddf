/** What the rules of the house need to know of a source file. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from '@swc/core';

/** A place in a file, as an editor opens it. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A function with a body, the lines it covers and the number of its parameters. */
export interface Routine extends Place {
  readonly lines: number;
  readonly parameters: number;
  /** Cyclomatic complexity: one way through, and one for each branch; functions inside count for themselves. */
  readonly ways: number;
}

/** One TypeScript file: `imports` are paths from the repository's root, or names of packages. */
export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
  /** Those of them of which more than types is known. */
  readonly values: readonly string[];
  readonly routines: readonly Routine[];
  readonly anys: readonly Place[];
  readonly nonNulls: readonly Place[];
  readonly undocumented: readonly Place[];
  /** Texts in quotes, those of types among them, and names of properties. */
  readonly words: readonly Word[];
  /** Texts with which something is compared, by `===`, `!==` or `case`. */
  readonly compared: readonly Compared[];
}

/** A text in a file. */
export interface Word extends Place {
  readonly text: string;
}

/** A text, and the names in what it is compared with. */
export interface Compared extends Word {
  readonly names: readonly string[];
}

/** Every TypeScript file under the folders, bundles aside. */
export function sourcesIn(folders: readonly string[]): readonly Source[] {
  return folders.flatMap(folder => filesIn(folder)).map(path => sourceOf(path, readFileSync(path, 'utf8')));
}

/** The facts of one file, from its text. */
export function sourceOf(path: string, text: string): Source {
  const program = parseSync(MARK + text, { syntax: 'typescript', target: 'es2022' }) as unknown as Node;
  const place = placer(path, text, program);
  const nodes = walk(program);
  const ofType = (...types: readonly string[]): readonly Node[] => nodes.filter(({ type }) => types.includes(String(type)));
  return {
    path,
    lines: text.split('\n').length - 1,
    imports: imported(path, nodes),
    values: imported(path, nodes.filter(isOfValues)),
    routines: ofType(...routineTypes).flatMap(node => routine(node, place)),
    anys: ofType('TsKeywordType')
      .filter(({ kind }) => kind === 'any')
      .map(place.start),
    nonNulls: ofType('TsNonNullExpression').map(place.start),
    undocumented: undocumented(ofType('ExportDeclaration'), text, place),
    words: [...ofType('StringLiteral'), ...ofType('KeyValueProperty').map(({ key }) => key as Node)].map(node => ({
      ...place.start(node),
      text: String(node.value),
    })),
    compared: [...ofType('BinaryExpression'), ...ofType('SwitchStatement')].flatMap(node => compared(node, place)),
  };
}

type Node = Readonly<Record<string, unknown>>;

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.split(/[\\/]/).includes('dist'))
    .map(entry => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .toSorted();
}

/** Positions are bytes from a base of the parser's own: a first statement of ours says where the file began. */
const MARK = '0;';

/** Every node below a value, in the order of the text. */
function walk(value: unknown, found: Node[] = []): readonly Node[] {
  if (Array.isArray(value)) for (const each of value) walk(each, found);
  else if (isNode(value)) {
    if (typeof value.type === 'string') found.push(value);
    for (const key in value) walk(value[key], found);
  }
  return found;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const NEWLINE = 10;

interface Placer {
  start(node: Node): Place;
  end(node: Node): Place;
}

function placer(file: string, text: string, program: Node): Placer {
  const bytes = Buffer.from(MARK + text);
  const base = Number(at(program, 'span', 'start'));
  const ends: number[] = [];
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) ends.push(end);
  const place = (position: unknown): Place => {
    const offset = Number(position) - base;
    const next = ends.findIndex(end => end >= offset);
    return { file, line: (next < 0 ? ends.length : next) + 1 };
  };
  return { start: node => place(at(node, 'span', 'start')), end: node => place(at(node, 'span', 'end')) };
}

const importTypes = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'];

/** Static, dynamic, type-only and re-exporting ones: what is known of a module is a dependency on it. */
function imported(path: string, nodes: readonly Node[]): readonly string[] {
  const specifiers = nodes.flatMap(node => {
    if (importTypes.includes(String(node.type))) return at(node, 'source', 'value') ?? [];
    const isDynamic = node.type === 'CallExpression' && at(node, 'callee', 'type') === 'Import';
    return isDynamic ? (at(node, 'arguments', '0', 'expression', 'value') ?? []) : [];
  });
  return [...new Set(specifiers.map(specifier => resolved(path, String(specifier))))];
}

/** `import type`, and an import whose every name is one of a type, leave nothing in the code that runs. */
function isOfValues({ type, typeOnly, specifiers }: Node): boolean {
  if (type !== 'ImportDeclaration') return true;
  const areTypes = Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every(one => at(one, 'isTypeOnly') === true);
  return typeOnly !== true && !areTypes;
}

function resolved(path: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/') : specifier;
}

const routineTypes = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'MethodProperty',
  'ClassMethod',
  'Constructor',
];

function routine(node: Node, place: Placer): readonly Routine[] {
  const { params, body } = node.type === 'ClassMethod' && isNode(node.function) ? node.function : node;
  if (!isNode(body)) return [];
  const [start, end] = [place.start(node), place.end(node)];
  return [
    {
      ...start,
      lines: end.line - start.line + 1,
      parameters: Array.isArray(params) ? params.length : 0,
      ways: 1 + branches([params, body]),
    },
  ];
}

/** Both sides of a comparison, and every case of a switch. */
function compared(node: Node, place: Placer): readonly Compared[] {
  const cases = Array.isArray(node.cases) ? node.cases.map(one => at(one, 'test')) : [];
  const isEqual = ['===', '!=='].includes(String(node.operator));
  const pairs =
    node.type === 'SwitchStatement'
      ? cases.map(one => [one, node.discriminant])
      : isEqual
        ? [
            [node.left, node.right],
            [node.right, node.left],
          ]
        : [];
  return pairs.flatMap(([text, other]) =>
    isNode(text) && text.type === 'StringLiteral' ? [{ ...place.start(text), text: String(text.value), names: namesIn(other) }] : [],
  );
}

const namesIn = (value: unknown): readonly string[] =>
  walk(value)
    .filter(({ type }) => type === 'Identifier')
    .map(({ value: name }) => String(name));

const branching = [
  'IfStatement',
  'ConditionalExpression',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CatchClause',
];
const choosing = ['&&', '||', '??', '&&=', '||=', '??='];

function branches(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + branches(each), 0);
  if (!isNode(value) || routineTypes.includes(String(value.type))) return 0;
  const isCase = value.type === 'SwitchCase' && isNode(value.test);
  const isBranch = isCase || branching.includes(String(value.type)) || choosing.includes(String(value.operator));
  return (isBranch ? 1 : 0) + branches(Object.values(value));
}

function undocumented(exports: readonly Node[], text: string, place: Placer): readonly Place[] {
  const lines = text.split('\n');
  return exports.map(place.start).filter(({ line }) => !(lines[line - 2] ?? '').trimEnd().endsWith('*/'));
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isNode(inner) ? inner[key] : undefined), value);
}
