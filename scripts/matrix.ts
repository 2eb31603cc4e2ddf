/** `docs/matrix.md`, made from the tables of strategies and routers by the very checks that a deploy meets. */
import { RolloutError } from '../src/errors.ts';
import { abilityChoices } from '../src/inputs/choices.ts';
import { parseInputs, type RawInputs } from '../src/inputs/parse.ts';
import type { TrafficRouter } from '../src/model/router.ts';
import { refuseInability } from '../src/plan/abilities.ts';
import { routers } from '../src/routers/index.ts';
import { strategies } from '../src/strategies/index.ts';

interface Way {
  readonly about: string;
  readonly inputs: RawInputs;
}

const header = 'header x-beta=always';
const cookie = 'cookie beta=1';

/** Every strategy has its ways; a strategy without one here is shown by its name alone. */
const ways: Readonly<Record<string, readonly Way[]>> = {
  canary: [
    { about: '`percentage: 20` with a baseline', inputs: { percentage: '20' } },
    { about: '`percentage: 20`, `baseline: false`', inputs: { percentage: '20', baseline: 'false' } },
    { about: '`percentage: 0` (dark launch)', inputs: { percentage: '0' } },
    { about: '`steps: 5,10,25`', inputs: { steps: '5,10,25' } },
    { about: `5 % and \`match: ${header}\` with a baseline`, inputs: { percentage: '5', match: header } },
    { about: `5 % and \`match: ${header}\`, \`baseline: false\``, inputs: { percentage: '5', match: header, baseline: 'false' } },
    { about: `5 % and \`match: ${cookie}\`, \`baseline: false\``, inputs: { percentage: '5', match: cookie, baseline: 'false' } },
    { about: '`affinity: cookie` with a baseline', inputs: { percentage: '20', affinity: 'cookie' } },
    { about: '`affinity: cookie`, `baseline: false`', inputs: { percentage: '20', affinity: 'cookie', baseline: 'false' } },
  ],
  'blue-green': [
    { about: 'standing by', inputs: { percentage: '0' } },
    { about: 'switched', inputs: { percentage: '100' } },
  ],
  ab: [
    { about: `\`match: ${header}\``, inputs: { match: header } },
    { about: `\`match: ${cookie}\``, inputs: { match: cookie } },
    { about: '`match: header x-version~=^2\\.`', inputs: { match: 'header x-version~=^2\\.' } },
  ],
  shadow: [
    { about: 'all requests', inputs: {} },
    { about: '`mirror-percentage: 10`', inputs: { 'mirror-percentage': '10' } },
    { about: '`variant-name: v3` beside another', inputs: { 'variant-name': 'v3' } },
  ],
};

/** What single methods have to be told before they do anything. */
const told: Readonly<Record<string, RawInputs>> = {
  goreplay: { 'allow-restart': 'true' },
  script: { script: './set-traffic.sh', 'script-can': abilityChoices.map(({ value }) => value).join(',') },
};

/** The whole page. */
export function matrix(): string {
  const columns = Object.values(routers);
  const rows = Object.keys(strategies).flatMap(strategy => rowsOf(strategy, columns));
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
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

interface Row {
  readonly about: string;
  /** Why not, or null, by router. */
  readonly cells: readonly (string | null)[];
}

function rowsOf(strategy: string, columns: readonly TrafficRouter[]): readonly Row[] {
  return (ways[strategy] ?? [{ about: '', inputs: {} }]).map(way => ({
    about: `\`${strategy}\` ${way.about}`.trim(),
    cells: columns.map(router => whyNot({ ...way.inputs, strategy }, router)),
  }));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
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
