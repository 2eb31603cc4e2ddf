/** `docs/matrix.md`, made from the tables of strategies and routers by the very checks that a deploy meets. */
import { RolloutError } from '../src/errors.ts';
import { abilityChoices } from '../src/inputs/choices.ts';
import { parseInputs, type RawInputs } from '../src/inputs/parse.ts';
import type { TrafficRouter } from '../src/model/router.ts';
import type { Strategy } from '../src/model/strategy.ts';
import { waysOf } from '../src/plan/operations/route-rights.ts';
import { refuseInability } from '../src/plan/refusals/abilities.ts';
import { routers } from '../src/routers/index.ts';
import { strategies } from '../src/strategies/index.ts';
import { measurements, slowestOf } from './measurements.ts';
import { table } from './tables.ts';

/** What single methods have to be told before they do anything. */
const told: Readonly<Record<string, RawInputs>> = {
  goreplay: { 'allow-restart': 'true' },
  script: { script: './set-traffic.sh', 'script-can': abilityChoices.map(({ value }) => value).join(',') },
};

/** The whole page. */
export function matrix(): string {
  const columns = Object.values(routers);
  const rows = Object.values(strategies).flatMap(strategy => rowsOf(strategy, columns));
  const reasons = [...new Set(rows.flatMap(({ cells }) => cells.filter(cell => cell !== null)))];
  const text = (reason: string | null): string => (reason === null ? 'yes' : `no (${reasons.indexOf(reason) + 1})`);
  return [
    '<!-- Generated from src/strategies/index.ts and src/routers/index.ts by `npm run generate`. -->',
    '# Strategies and routers',
    'What every strategy can do with every `traffic-split-method`. A number says why not. What a method cannot do is refused before the first write, with the methods of the cluster that can; `none` and `recreate` replace the pods in place and use none. `script` is shown as one that was declared to take over everything.',
    table(
      ['', ...columns.map(({ name }) => `\`${name}\``)],
      rows.map(({ about, cells }) => [about, ...cells.map(text)]),
    ),
    reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n'),
    '## Methods',
    table(
      ['method', 'what splits'],
      columns.map(({ name, about }) => [`\`${name}\``, about]),
    ),
    ...timing(columns),
    ...measurements(),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const timing = (columns: readonly TrafficRouter[]): readonly string[] => [
  '## How a data plane takes a write',
  'New pods are ready, and endpoints of their Service, before a write sends them requests; they go only after a write has taken the requests away and the drain is over. Behind each write a step waits until the data plane has accepted the route, as far as its status tells, and then for its `traffic-delay`.',
  table(
    ['method', 'what may be written', 'default `traffic-delay`', 'slowest measured', 'what the default is for', 'pods that end'],
    columns.map(router => [
      `\`${router.name}\``,
      written(router),
      `${router.settleSeconds} s`,
      slowestOf(router.name),
      router.lag,
      router.lateEndpoints ?? '-',
    ]),
  ),
];

function written(router: TrafficRouter): string {
  const { routing, switches, restarts, isMute, kinds } = router;
  if (isMute) return 'your command is run';
  if (switches) return 'the selector of your Service';
  if (restarts) return 'the pods of stable, which restart';
  if (routing === 'pods') return 'nothing: pods are counted';
  const ways = new Set(kinds.flatMap(kind => waysOf(router, kind)));
  return [...(ways.has('patched') ? ['your route'] : []), ...(ways.has('made') ? ['an object of its own'] : [])].join(', ');
}

interface Row {
  readonly about: string;
  /** Why not, or null, by router. */
  readonly cells: readonly (string | null)[];
}

function rowsOf({ name, examples }: Strategy, columns: readonly TrafficRouter[]): readonly Row[] {
  return (examples.length > 0 ? examples : [{ about: '', inputs: {} }]).map(({ about, inputs }) => ({
    about: `\`${name}\` ${about}`.trim(),
    cells: columns.map(router => whyNot({ ...inputs, strategy: name }, router)),
  }));
}

/** What a deploy would be told, or null when it goes on. */
function whyNot(raw: RawInputs, router: TrafficRouter): string | null {
  try {
    const { inputs } = parseInputs(
      { ...told[router.name], ...raw, action: 'deploy', manifests: '.', 'traffic-split-method': router.name },
      'github',
    );
    refuseInability(inputs, [router], { versions: {}, hasShadows: raw['variant-name'] !== undefined });
    return null;
  } catch (error) {
    if (error instanceof RolloutError) return reasonIn(error);
    throw error;
  }
}

/** The method's name is in the column's head already. */
function reasonIn({ code, message }: RolloutError): string {
  return code === 'INVALID_INPUT' ? 'every ready pod gets requests' : message.replace(/^traffic-split-method \S+ /, '');
}
