import type { Role, Stage, Variant, Weights } from '../../src/model/stage.ts';

const ROLES: readonly Role[] = ['stable', 'baseline', 'canary'];

/** Stages as a person would note them: "20%: stable keep, canary next 2 | stable 900 canary 100 | route". */
export const said = (stages: readonly Stage[]): readonly string[] => stages.map(line);

function line({ name, variants, traffic, gates = [], others = [], leaving = [], closes, alone }: Stage): string {
  const pods = ROLES.flatMap(role => (variants[role] ? [`${role} ${variantText(variants[role])}`] : []));
  const beside = others.length > 0 ? `, beside ${others.join(', ')}` : '';
  const ends = [
    ...gates.map(gate => gate.name),
    ...leaving.map(role => `${role} leaves`),
    ...(alone ? ['alone'] : []),
    ...(closes ? ['closes'] : []),
  ].join(', ');
  return `${name}: ${pods.join(', ') || 'nothing'}${beside} | ${trafficText(traffic)}${ends ? ` | ${ends}` : ''}`;
}

const variantText = (variant: Variant): string => (variant.source === 'keep' ? 'keep' : `${variant.source} ${variant.replicas}`);

function trafficText(traffic: Stage['traffic']): string {
  if (typeof traffic === 'string') return traffic;
  const { weights, match, mirrors = {}, affinity } = traffic;
  const more = [
    ...(match ? [`match ${match.map(({ kind, name }) => `${kind} ${name}`).join(' or ')}`] : []),
    ...Object.entries(mirrors).map(([shadow, percentage]) => `mirror ${percentage} to ${shadow}`),
    ...(affinity ? [`affinity ${affinity}`] : []),
  ];
  return [weightsText(weights), ...more].join(', ');
}

const weightsText = (weights: Weights): string =>
  ROLES.flatMap(role => (weights[role] === undefined ? [] : [`${role} ${weights[role]}`])).join(' ');
