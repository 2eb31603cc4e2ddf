/** What stands in a table stands nowhere else: a new row of it is one file and a line. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { mentionCopies } from '../../src/manifests/configuration.ts';
import { CONFIGURATION, COPIED_KINDS } from '../../src/manifests/copied-kinds.ts';
import { policyCopy } from '../../src/manifests/policies.ts';
import type { Json, JsonObject } from '../../src/model/kube.ts';
import { strategies } from '../../src/strategies/index.ts';
import { type Place, sourceOf, sourcesIn } from './source.ts';

const product = sourcesIn(['src', 'action', 'task', 'cli', 'scripts']);
const outside = (room: string) => product.filter(({ path }) => !path.startsWith(room));
const at = ({ file, line }: Place): string => `${file}:${line}`;

test('what a gate does is said in src/gates, and known to the model and to those who carry it out', () => {
  const rooms = ['src/gates/', 'src/model/operation.ts', 'src/execute/'];
  const others = product.filter(({ path }) => !rooms.some(room => path.startsWith(room)));
  const saying = /\b(do: |case |=== |!== )'(await-answer|hold|gate-route|gate-share|probe|soak)'/;
  expect(others.filter(({ path }) => saying.test(readFileSync(path, 'utf8'))).map(({ path }) => path)).toEqual([]);
});

describe('what an action writes is an operation', () => {
  const saying = (pattern: RegExp) => product.filter(({ path }) => pattern.test(readFileSync(path, 'utf8'))).map(({ path }) => path);

  /** What is settled before a deploy, and what is told of one. */
  const ASIDE = ['src/actions/adopt/', 'src/actions/telling/'];

  const isActing = (path: string): boolean =>
    (path.startsWith('src/actions/') || /^src\/[^/]+$/.test(path)) && !ASIDE.some(room => path.startsWith(room));
  const writing = saying(/\bcluster\.(create|patch|remove|replace)\(|\bcluster\.apply\((?!.*dryRun)/);

  test('which src/execute carries out: actions write nothing by themselves, but the answer of a person', () => {
    expect(writing.filter(isActing)).toEqual(['src/actions/answering.ts']);
  });

  test('and they call nothing that writes but by an operation: of what writes they know the lease, and views of the cluster', () => {
    const KNOWN = ['src/execute/lease.ts', 'src/execute/dry-runs/tries.ts', 'src/execute/dry-runs/coming.ts'];
    const known = product.filter(({ path }) => isActing(path)).flatMap(({ path, values }) => values.map(to => ({ path, to })));
    const calling = known.filter(({ to }) => to.startsWith('src/execute/') && writing.includes(to) && !KNOWN.includes(to));
    expect(calling.map(({ path, to }) => `${path} -> ${to}`)).toEqual([]);
  });

  test('under one lease: nobody brings another that does nothing', () => {
    expect(saying(/\bopenLease\(/)).toEqual(['src/actions/leased.ts', 'src/execute/lease.ts']);
    expect(saying(/: Lease = \{|implements Lease\b/)).toEqual(['src/execute/lease.ts']);
  });
});

describe('the name of a strategy stands in src/strategies', () => {
  const names = Object.keys(strategies);
  /** Roles, and choices of other inputs, are called so as well. */
  const AMBIGUOUS = ['canary', 'none'];

  test('and nowhere else is one asked for', () => {
    const asking = outside('src/strategies/').flatMap(({ compared }) => compared.filter(isOfStrategy));
    expect(asking.map(at)).toEqual([]);
  });

  test('and those that mean nothing else are in no other file', () => {
    const own = names.filter(name => !AMBIGUOUS.includes(name));
    const found = outside('src/strategies/').flatMap(({ words }) => words.filter(({ text }) => own.includes(text)));
    expect(found.map(at)).toEqual([]);
  });

  test.each([
    ["if (inputs.strategy === 'none') stop();", 1],
    ["switch (strategyOf(app)) { case 'canary': stop(); }", 1],
    ["if (role === 'canary') stop();", 0],
  ])('which the law sees: %s', (text, count) => {
    expect(sourceOf('src/x.ts', text).compared.filter(isOfStrategy)).toHaveLength(count);
  });

  function isOfStrategy({ text, names: others }: { readonly text: string; readonly names: readonly string[] }): boolean {
    return names.includes(text) && others.some(name => /strategy/i.test(name));
  }
});

describe('what is copied with a version is a row of one table', () => {
  const table = 'src/manifests/copied-kinds.ts';
  /** Other things are called so too: sources of a volume, an input of Azure's. */
  const AMBIGUOUS = ['configMap', 'secret', 'imagePullSecrets', 'Server', 'HTTPRoute', 'Sidecar'];

  test('and makes its copies in one place', () => {
    const making = product.filter(({ path }) => /\b(configurationCopy|policyCopies)\(/.test(readFileSync(path, 'utf8')));
    const own = ['src/manifests/configuration.ts', 'src/manifests/policies.ts', 'src/plan/world/copies.ts'];
    expect(making.map(({ path }) => path)).toEqual(own);
  });

  test('so that neither a kind that comes with a mesh nor a field that names an object is known elsewhere', () => {
    const added = COPIED_KINDS.filter(({ version }) => version === undefined).map(({ kind }) => kind);
    const builtIn = COPIED_KINDS.filter(({ version }) => version !== undefined).map(({ kind }) => kind);
    const fields = COPIED_KINDS.flatMap(({ named = {} }) => Object.keys(named));
    const own = [...added, ...fields].filter(word => ![...AMBIGUOUS, ...builtIn].includes(word));
    const found = product.filter(({ path }) => path !== table).flatMap(({ words }) => words.filter(({ text }) => own.includes(text)));
    expect([own.length > 12, found.map(at)]).toEqual([true, []]);
  });

  test.each(CONFIGURATION.flatMap(({ kind, named }) => Object.entries(named).map(([field, key]) => [field, key, kind] as const)))(
    '%s of a pod template names by %s a %s, of which the version has its own',
    (field, key, kind) => {
      const template = { spec: { [field]: { [key]: 'it' } } };
      expect(mentionCopies(template, [{ kind, name: 'it' }])).toEqual({ spec: { [field]: { [key]: 'it-canary' } } });
    },
  );

  test.each(
    COPIED_KINDS.flatMap(({ kind, groups, selectors }) =>
      Object.keys(selectors ?? {}).flatMap(path => groups.map(group => [kind, path, group] as const)),
    ),
  )('%s follows at %s (%s)', (kind, path, group) => {
    const [own, version] = [{ app: 'web' }, { app: 'web-canary' }];
    const written = selectorAt(path, own);
    const policy = { apiVersion: `${group}/v1`, kind, metadata: { name: 'it', namespace: 'demo' }, ...written };
    const copy = policyCopy(policy, { part: 'canary', workload: 'web', stable: own, variant: version });
    expect(copy).toMatchObject({ metadata: { name: 'it-canary' }, ...selectorAt(path, version) });
  });

  /** A selector, spelled as it is at that path: `*` is the one item of a list. */
  function selectorAt(path: string, labels: Readonly<Record<string, string>>): JsonObject {
    const isPeer = /\.(from|to)\.\*$/.test(path);
    const selector = path.endsWith('workloadSelector') ? { labels } : { matchLabels: labels };
    const keys = path.split('.').reverse();
    return keys.reduce<Json>(
      (inner, key) => (key === '*' ? [inner] : { [key]: inner }),
      isPeer ? { podSelector: selector } : selector,
    ) as JsonObject;
  }
});
