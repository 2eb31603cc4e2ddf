import { holds, interval } from '../gates/hold.ts';
import type { Inputs } from '../model/request.ts';
import type { Strategy } from '../model/strategy.ts';
import { beside } from './beside.ts';
import { canary } from './canary.ts';

/** A step of a walk through nodes: a share of them in percent, or those that a label selector names. */
export type NodeStep = number | 'selected';

/** The steps that inputs ask for. */
export const nodeSteps = ({
  canaryNodes,
  steps,
  percentage,
}: Pick<Inputs, 'canaryNodes' | 'steps' | 'percentage'>): readonly NodeStep[] => {
  if (canaryNodes !== null) return ['selected'];
  return steps.length > 0 ? steps : [percentage ?? 0];
};

/** What the stage of a step is called. */
export const stageOfNodes = (step: NodeStep): string => (step === 'selected' ? 'canary-nodes' : `${step}%`);

/** Whether a stage is one of a deploy's steps through nodes, whatever its inputs were. */
export const isOfNodes = (stage: string): boolean => stage === stageOfNodes('selected') || stage.endsWith('%');

/** How many of a DaemonSet's nodes run the new version: the nearest number to the percentage, at least one, and never all. */
export const nodesByShare = (percentage: number, nodes: number): number =>
  Math.max(1, Math.min(nodes - 1, Math.round((nodes * percentage) / 100)));

/** A canary of what runs on every node: the pods of some nodes run the new version, the others go on with the old one. */
export const byNode: Strategy = beside({
  ...canary,
  words: { next: () => ['Check the pods of the new version.', 'Deploy again with more nodes, promote it, or reject it.'] },
  openings({ split: { nodes = [], intervalSeconds }, replicas }) {
    return nodes.map(({ stage, count }, i) => {
      const gates = i < nodes.length - 1 ? { gates: [holds(interval, intervalSeconds)] } : {};
      return { name: stage, traffic: 'unchanged', sizes: { stable: replicas - count, canary: count }, ...gates };
    });
  },
});
