/** The rules of the house, section 10 and the import law of the design, held by every file. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Place, type Source, sourcesIn } from './architecture/source.ts';

const product = sourcesIn(['src', 'action', 'task', 'tab', 'cli']);
const ours = [...product, ...sourcesIn(['scripts'])];
const everything = [...ours, ...sourcesIn(['test'])];

/** From the ground up: a room sees the floors below its own, and no other room of its floor. */
const floors: readonly (readonly string[])[] = [
  ['src/model'],
  ['src/workloads'],
  ['src/manifests'],
  ['src/gates'],
  ['src/strategies', 'src/routers', 'src/readiness', 'src/analysis', 'src/lint'],
  ['src/inputs', 'src/plan', 'src/execute'],
  ['src/actions'],
];

/** The rooms of the planner, from the ground up, by the same rule; what puts them together stands above them. */
const planner: readonly (readonly string[])[] = [
  ['src/plan/world'],
  ['src/plan/refusals'],
  ['src/plan/order'],
  ['src/plan/operations'],
  ['src/plan/words'],
];

/** The rooms of execute, by the same rule; what carries a plan out stands above them. */
const carriers: readonly (readonly string[])[] = [
  ['src/execute/watches', 'src/execute/dry-runs', 'src/execute/commands'],
  ['src/execute/reads', 'src/execute/pods'],
  ['src/execute/races', 'src/execute/soak'],
  ['src/execute/waits'],
];

/** What these rooms share: the process at work, its lease, and a few words for what goes wrong. */
const shared = ['session', 'lease', 'together', 'age', 'live', 'unanswered', 'invalid', 'removed'].map(name => `src/execute/${name}.ts`);

const innerRoom = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Rooms beside the floors, which the entries wire to them. */
const ports = ['src/report', 'src/cluster', 'src/metrics', 'src/runs'];

/** The product's own files between the floors and the platforms, and the one that puts everything together. */
const isRoof = (path: string): boolean => /^src\/[^/]+\.ts$/.test(path) && path !== errors;
const errors = 'src/errors.ts';
/** What the entry hands over, and the part of it that chooses where numbers come from. */
const entries = ['src/entry.ts', 'src/given-files.ts', 'src/given-inputs.ts', 'src/measuring.ts', 'src/notifying.ts', 'src/commenting.ts'];
const interruption = 'src/interruption.ts';
const platforms = ['action', 'task', 'tab', 'cli'];

const roomOf = (path: string): string => /^(src\/[^/]+|[^/]+)(?=\/)/.exec(path)?.[0] ?? path;
const isFile = (path: string): boolean => path.endsWith('.ts') && path.includes('/');

test.each([...floors.flat(), ...ports])('a room that is named has files: %s', room => {
  expect(product.some(({ path }) => roomOf(path) === room)).toBe(true);
});

describe('a file imports', () => {
  test.each(floors.map((rooms, floor) => [rooms.join(', '), floor] as const))('from the floors below %s only', (_, floor) => {
    const below = floors.slice(0, floor).flat();
    const crossing = imports(product.filter(({ path }) => floors[floor]?.includes(roomOf(path)))).filter(
      ({ from, to }) => to !== errors && roomOf(to) !== roomOf(from) && !below.includes(roomOf(to)),
    );
    expect(told(crossing)).toEqual([]);
  });

  test.each(within(planner))('of the planner, from the rooms below %s only', (room, below) => {
    expect(told(entering('src/plan', room).filter(({ to }) => !below.includes(innerRoom(to))))).toEqual([]);
  });

  test.each(within(carriers))('of execute, from the rooms below %s and what they share only', (room, below) => {
    expect(told(entering('src/execute', room).filter(({ to }) => !below.includes(innerRoom(to)) && !shared.includes(to)))).toEqual([]);
  });

  test('every room of execute by a law of its own', () => {
    const rooms = new Set(product.map(({ path }) => innerRoom(path)).filter(path => path.startsWith('src/execute/')));
    expect([...rooms].sort()).toEqual(carriers.flat().toSorted());
  });

  test.each(ports)('the model and the errors only, in %s', port => {
    const crossing = imports(product.filter(({ path }) => roomOf(path) === port)).filter(
      ({ to }) => to !== errors && roomOf(to) !== port && roomOf(to) !== 'src/model',
    );
    expect(told(crossing)).toEqual([]);
  });

  test('nothing of a port in the core: the entries hand it over', () => {
    const core = product.filter(
      ({ path }) => (isRoof(path) && !entries.includes(path) && path !== interruption) || roomOf(path) === 'src/actions',
    );
    expect(told(imports(core).filter(({ to }) => [...ports, 'src/simulation', ...platforms].includes(roomOf(to))))).toEqual([]);
  });

  test('nothing of a platform but in that platform', () => {
    expect(told(imports(product).filter(({ from, to }) => platforms.includes(roomOf(to)) && roomOf(to) !== roomOf(from)))).toEqual([]);
  });

  test('the simulated cluster in the terminal only, and never in the bundles of action and task', () => {
    const users = imports(product).filter(({ to }) => roomOf(to) === 'src/simulation');
    expect(told(users.filter(({ from }) => !['cli', 'src/simulation'].includes(roomOf(from))))).toEqual([]);
    expect([...reached(['action/main.ts', 'task/main.ts'])].filter(path => roomOf(path) === 'src/simulation')).toEqual([]);
  });

  test('nothing that imports it in turn', () => {
    expect(cycles()).toEqual([]);
  });
});

describe('a package is known', () => {
  const homes: Readonly<Record<string, readonly string[]>> = {
    '@actions/core': ['action/'],
    'azure-pipelines-task-lib': ['task/'],
    'azure-devops-extension-sdk': ['tab/'],
    'js-yaml': ['src/manifests/load.ts', 'src/cluster/kubeconfig.ts'],
    undici: ['src/cluster/', 'src/metrics/'],
    esbuild: ['scripts/'],
    marked: ['scripts/docs/'],
  };

  test('in its own place, and no other one is', () => {
    const packages = ours.flatMap(({ path, imports: known }) =>
      known.filter(name => !name.startsWith('node:') && !isFile(name) && !name.endsWith('.json')).map(name => ({ from: path, to: name })),
    );
    const strangers = packages.filter(({ from, to }) => {
      const home = Object.entries(homes).find(([name]) => to === name || to.startsWith(`${name}/`));
      return !home?.[1].some(place => from.startsWith(place));
    });
    expect(told(strangers)).toEqual([]);
  });

  test('that starts processes, in the login plugin and for the user’s own script only', () => {
    const starting = product.filter(({ imports: known }) => known.some(name => name.endsWith('child_process')));
    expect(starting.map(({ path }) => path)).toEqual(['src/cluster/exec-plugin.ts', 'src/execute/commands/process.ts']);
  });
});

test('no test asserts a time of the machine: one under load would fail it', () => {
  const timed = everything.filter(
    ({ path }) => path.startsWith('test/') && path.endsWith('.test.ts') && path !== 'test/architecture.test.ts',
  );
  const asserting = timed.filter(({ path }) => /expect\([^;]*(performance\.now|Date\.now|cpuUsage)\(/.test(readFileSync(path, 'utf8')));
  expect(asserting.map(({ path }) => path)).toEqual([]);
});

test('a kind of workload is known by name in its own room, where files alone are read, and in the simulated cluster', () => {
  const homes = ['src/workloads', 'src/simulation', 'src/lint'];
  // A title for people, and the group that every API server serves.
  const others = ['src/report/page/index.ts', 'src/cluster/discovery.ts'];
  const core = product.filter(({ path }) => path.startsWith('src/') && !homes.includes(roomOf(path)) && !others.includes(path));
  const naming = core.filter(({ path }) =>
    /['"](Deployment|StatefulSet|DaemonSet|ReplicaSet|ControllerRevision|apps\/v1)['"]/.test(readFileSync(path, 'utf8')),
  );
  expect(naming.map(({ path }) => path)).toEqual([]);
});

test.each(['src/', 'src/plan/'])('half of the files of %s have at most 65 lines', room => {
  const lengths = product
    .filter(({ path }) => path.startsWith(room))
    .map(({ lines }) => lines)
    .toSorted((one, other) => one - other);
  expect(lengths.length).toBeGreaterThan(0);
  expect(lengths[Math.floor((lengths.length - 1) / 2)]).toBeLessThanOrEqual(65);
});

describe('no file', () => {
  test('has more than 250 lines', () => {
    expect(everything.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('has a function of more than 40 lines', () => {
    const long = ours.flatMap(({ routines }) => routines).filter(({ lines }) => lines > 40);
    expect(long.map(routine => `${at(routine)}: ${routine.lines}`)).toEqual([]);
  });

  test('has a function with more than 10 ways through it', () => {
    const winding = ours.flatMap(({ routines }) => routines).filter(({ ways }) => ways > 10);
    expect(winding.map(routine => `${at(routine)}: ${routine.ways}`)).toEqual([]);
  });

  test('has a function of more than 3 parameters', () => {
    // Of an error the language wants its cause as a parameter of its own.
    const wide = ours.flatMap(({ routines }) => routines).filter(({ file, parameters }) => parameters > (file === errors ? 4 : 3));
    expect(wide.map(routine => `${at(routine)}: ${routine.parameters}`)).toEqual([]);
  });

  test('says any, or ! where something may be missing', () => {
    expect(everything.flatMap(({ anys, nonNulls }) => [...anys, ...nonNulls]).map(at)).toEqual([]);
  });

  test('exports what it does not explain', () => {
    expect(ours.flatMap(({ undocumented }) => undocumented).map(at)).toEqual([]);
  });
});

/** Each room, and the rooms of the floors below it. */
function within(rooms: readonly (readonly string[])[]): readonly (readonly [string, readonly string[]])[] {
  return rooms.flatMap((floor, i) => floor.map(room => [room, rooms.slice(0, i).flat()] as const));
}

/** What a room within a larger one imports from elsewhere in that one. */
function entering(whole: string, room: string): readonly Import[] {
  const own = product.filter(({ path }) => innerRoom(path) === room);
  expect(own.length).toBeGreaterThan(0);
  return imports(own).filter(({ to }) => roomOf(to) === whole && innerRoom(to) !== room);
}

interface Import {
  readonly from: string;
  readonly to: string;
}

function imports(sources: readonly Source[]): readonly Import[] {
  return sources.flatMap(({ path, imports: known }) => known.filter(isFile).map(to => ({ from: path, to })));
}

const told = (found: readonly Import[]): readonly string[] => found.map(({ from, to }) => `${from} -> ${to}`);

const at = ({ file, line }: Place): string => `${file}:${line}`;

function known(path: string): readonly string[] {
  return product.find(source => source.path === path)?.imports.filter(isFile) ?? [];
}

/** The files from which something comes into a bundle. */
function reached(starts: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...starts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (!found.has(path)) open.push(...known(path));
    found.add(path);
  }
  return found;
}

/** Files that reach themselves. */
function cycles(): readonly string[] {
  return product.map(({ path }) => path).filter(path => reached(known(path)).has(path));
}
