import { holds, interval } from '../gates/hold.ts';
import type { Ability } from '../model/ability.ts';
import type { Inputs } from '../model/request.ts';
import type { Facts, Split, Traffic } from '../model/stage.ts';
import type { Given, Together } from '../model/strategy.ts';
import { beside, type Opening } from './beside.ts';
import { matching } from './matching.ts';
import { podCounts, shares } from './shares.ts';

const header = 'header x-beta=always';
const cookie = 'cookie beta=1';

/** The new version gets a part of the requests, in one step or in several with time between them. */
export const canary = beside({
  name: 'canary',
  about: 'Runs the new version beside a fresh copy of the old one and gives both a share of the requests.',
  reach: 'share',
  takes: ['steps', 'match', 'canary-nodes'],
  words: {
    next: ({ baseline, percentage, steps }) => [
      baseline ? 'Compare the canary with its baseline: both started together.' : 'Check the new version.',
      (steps.at(-1) ?? percentage) === 100
        ? 'Promote it, or reject it.'
        : 'Deploy again with a larger percentage, promote it, or reject it.',
    ],
  },
  examples: [
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
  needs,
  together,
  openings(facts) {
    const { steps, percentage } = facts.split;
    const walk = steps.length > 0 ? steps : [percentage];
    return walk.map((step, i) => opening({ ...facts.split, percentage: step }, facts, i < walk.length - 1));
  },
});

function opening(split: Split, { replicas, siblings, routing }: Facts, isBetween: boolean): Opening {
  const counts = podCounts(split, { replicas, siblings }, routing);
  return {
    name: `${split.percentage}%`,
    traffic: routing === 'pods' ? 'unchanged' : traffic(split),
    sizes: { stable: counts.stable, canary: counts.canary, ...(split.baseline ? { baseline: counts.baseline } : {}) },
    ...(isBetween ? { gates: [holds(interval, split.intervalSeconds)] } : {}),
  };
}

function traffic(split: Split): Traffic {
  const { match, affinity } = split;
  return { weights: shares(split), ...(match.length > 0 ? { match } : {}), ...(affinity === 'cookie' ? { affinity } : {}) };
}

function needs({ steps, percentage, baseline, match, affinity }: Inputs): readonly Ability[] {
  const splits = steps.length > 0 || (percentage ?? 0) > 0;
  return [
    ...(splits ? (['weight'] as const) : []),
    ...(baseline && splits ? (['baseline'] as const) : []),
    ...(splits && match.length > 0 ? (['match-beside-weight'] as const) : []),
    ...matching(match),
    ...(affinity === 'cookie' ? (['affinity'] as const) : []),
  ];
}

function together(inputs: Inputs, given: Given): Together {
  const { steps, router, canaryNodes } = inputs;
  const isRushed = steps.length > 1 && !given.isGiven('interval');
  return {
    faults:
      canaryNodes === null && isNothingByPods(inputs, given)
        ? [`${nameOfShare(given)}: a canary by pods needs one above 0; every ready pod gets requests`]
        : [],
    warnings: [
      ...(isDark(inputs, given) ? [`${given.spelling('percentage')} is not set: the canary runs, but gets no requests.`] : []),
      ...(isRushed
        ? [`${given.spelling('steps')} has no ${given.spelling('interval')}: the steps follow each other without a pause.`]
        : []),
    ],
    idle: [
      ...(router.includes('pod') && (given.count(REPLICAS) ?? 0) > 0 ? [[REPLICAS, 'by pods: their number is the split'] as const] : []),
      ...(canaryNodes === null ? [] : shareInputs.filter(name => given.isGiven(name)).map(name => [name, NODES] as const)),
    ],
  };
}

const REPLICAS = 'baseline-and-canary-replicas';
const NODES = 'beside canary-nodes, which names the nodes of a DaemonSet one by one';
const shareInputs = ['percentage', 'steps'];

function isNothingByPods({ router, steps, percentage }: Inputs, given: Given): boolean {
  const walk = steps.length > 0 ? steps : [percentage];
  return router.includes('pod') && walk.includes(0) && isReadable(steps, given);
}

const nameOfShare = (given: Given): string => given.spelling(given.isGiven('steps') ? 'steps' : 'percentage');

/** A share that cannot be read has an error of its own already. */
const isReadable = (steps: Inputs['steps'], given: Given): boolean =>
  given.isGiven('steps') ? steps.length > 0 : !given.isGiven('percentage') || given.percentage('percentage') !== null;

const isDark = ({ percentage, match, router }: Inputs, given: Given): boolean =>
  percentage === 0 && match.length === 0 && !router.includes('pod') && !given.isGiven('percentage') && !given.isGiven('steps');
