/** What a canary of a StatefulSet cannot be, and what the user should know of one. */
import { at, number, text } from '../../manifests/json.ts';
import { keyOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Inputs, Request } from '../../model/request.ts';
import { partitionOf } from '../../readiness/stateful-set.ts';
import { byPartition, podsByPartition } from '../../strategies/partition.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { rolledIn, titleOf, workloadAt } from '../../workloads/index.ts';
import { podsOf } from '../../workloads/stateful-set.ts';
import type { App } from '../world/app.ts';
import { untouchedCount } from '../world/size.ts';
import { askedToo, copied, type Refusal, refuseFirst, type Whys, where } from './in-one.ts';

/** The request without the copy of the old version that inputs ask for by default: nothing can stand beside a StatefulSet or a DaemonSet. */
export function withoutBaseline(request: Request): Request {
  const { inputs, manifests } = request;
  const isAlone = rolledIn(manifests).some(object => !isDeployment(object)) && inputs.strategy === byPartition.name;
  return isAlone ? { ...request, inputs: { ...inputs, baseline: false } } : request;
}

/**
 * Throws where a StatefulSet that runs cannot be released by its partition as it is asked.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseNumbered(app: App): void {
  const { stable, request } = app;
  if (stable) refuseFirst(app, [...askedToo(request.inputs, WHYS), ...strategies(app), ...counts(app), ...copied(app)]);
}

const WHYS: Whys = {
  baseline: [
    'a baseline would be a second StatefulSet, with volumes and names of its own, and so no copy of the old version',
    'Leave baseline out: the pods below the partition keep the old version.',
  ],
  split: [
    'clients choose its pods by name',
    'Leave traffic-split-method out: the pods with the highest numbers run the new version and get their usual requests.',
  ],
};

/** Whoever set a partition, or replaces pods by hand, has a rollout of his own. */
function strategies(app: App): readonly Refusal[] {
  const { live, file, record } = app;
  const set = record?.originals.stable ? null : live.objects[keyOf(workloadAt(app))];
  return [...ownRollout('its file has', file), ...ownRollout('it has', set ?? null)];
}

function ownRollout(who: string, set: KubeObject | null): readonly Refusal[] {
  if (!set) return [];
  return [
    ...where(
      text(at(set, 'spec.updateStrategy.type')) === 'OnDelete',
      `${who} updateStrategy OnDelete, so no pod takes a new version on its own`,
      'Set spec.updateStrategy.type: RollingUpdate, or use strategy: none.',
    ),
    ...where(
      partitionOf(set) > 0,
      `${who} a partition of ${partitionOf(set)}, and the canary uses the partition`,
      'Remove spec.updateStrategy.rollingUpdate.partition and let the StatefulSet finish its roll, or use strategy: none.',
    ),
  ];
}

const lastOf = ({ steps, percentage }: Inputs): number => steps.at(-1) ?? percentage ?? 0;

function counts(app: App): readonly Refusal[] {
  const { canary, next } = app;
  const share = lastOf(app.request.inputs);
  const all = untouchedCount(app);
  const open = canary && next && isSameTemplate(templateOf(canary), next) ? number(canary.spec?.replicas) : 0;
  return [
    ...where(share === 0, 'a canary of 0 % would be no pod at all', 'Ask for more than 0 %.'),
    ...where(all < 2, 'with one pod or none, no old version would remain', 'Use strategy: none, or more replicas.'),
    ...where(
      open > podsByPartition(share, all),
      `${open} pods run the new version, and ${share} % would be fewer: a partition never goes back`,
      'Reject, then deploy with the smaller percentage.',
    ),
  ];
}

/** What a deploy says of a share that so few pods cannot make. */
export function numberedNotices(app: App): readonly string[] {
  const { stable, request } = app;
  const { inputs } = request;
  if (!stable || inputs.action !== 'deploy') return [];
  const [all, asked] = [untouchedCount(app), lastOf(inputs)];
  const pods = podsByPartition(asked, all);
  const got = (100 * pods) / all;
  const why = got < asked ? '; at least one pod keeps the old version until promote' : '';
  return Math.abs(got - asked) > asked / 2 || asked === 100
    ? [`${titleOf(app)}: ${podsOf(stable, all - pods, all)} of ${all} pods are ${Math.round(got)} % instead of ${asked} %${why}.`]
    : [];
}
