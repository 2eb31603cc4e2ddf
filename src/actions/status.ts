import { RolloutError } from '../errors.ts';
import { read } from '../execute/reads/read.ts';
import { parseInputs } from '../inputs/parse.ts';
import { isHeld } from '../manifests/held.ts';
import { recordName } from '../manifests/record.ts';
import { keyOf } from '../manifests/refs.ts';
import type { AnalysisView, BrokenView, HoldView, LeftView, RolloutView, UnreadyState, VariantState } from '../model/event.ts';
import type { Cluster } from '../model/kube.ts';
import { type Analysis, CLAIMED, type Hold } from '../model/record.ts';
import type { Request } from '../model/request.ts';
import { variantsOf } from '../plan/words/variants.ts';
import { type App, appOf } from '../plan/world/app.ts';
import { targetFor } from '../plan/world/belongings.ts';
import { brokenIn } from '../plan/world/broken.ts';
import { type LeftOver, leftOver } from '../plan/world/open-targets.ts';
import { routers } from '../routers/index.ts';
import { recordsIn } from '../routers/splits.ts';
import { deploymentAt } from '../workloads/deployment.ts';
import { workloadAt } from '../workloads/index.ts';
import { isAbsent } from './absent.ts';
import { type Troubles, troublesIn } from './unready.ts';

/** What `status` shows. */
export type StatusView = RolloutView | BrokenView | LeftView;

/** What `status` asks: a namespace, and in it one application or all. */
export interface StatusQuery {
  readonly namespace: string;
  readonly application: string | null;
}

/**
 * Every open rollout of a namespace with its variants, their images, readiness and shares; records that cannot be read, and what a lost one left. Reads
 * only.
 */
export async function status({ namespace, application }: StatusQuery, cluster: Cluster): Promise<readonly StatusView[]> {
  const request = requestFor(namespace, application);
  const live = await read(request, cluster, { hasEnded: () => false, isTried: false });
  const open = recordsIn(live).filter(
    record => record.namespace === namespace && (application === null || record.application === application),
  );
  // Of which application a record is that cannot be read is not known: it is shown whatever is asked for.
  const broken = brokenIn(namespace, live).map(({ object, why }) => ({ namespace, record: object.metadata.name, broken: why }));
  const left = leftOver(request, recordsIn(live), live)
    .filter(({ name }) => !broken.some(({ record }) => record === recordName(name)))
    .flatMap(leftView(namespace));
  const troubles = troublesIn(namespace, cluster);
  const views = open.map(async record => {
    const app = appOf(targetFor(record), { request, live, ...routedBy(record.router) }, []);
    const { workload, release, strategy, router, action, stage, done, percentage, run, holder } = record;
    return {
      workload,
      namespace,
      application: record.application,
      release,
      strategy,
      router,
      action,
      stage,
      done,
      percentage,
      openedBy: { name: run.name, ...(run.url ? { url: run.url } : {}) },
      heldBy: holder && { name: holder.name, ...(holder.url ? { url: holder.url } : {}) },
      ...(record.variant ? { version: record.variant } : {}),
      ...(record.originals.stable === null && record.stage !== CLAIMED ? { isFirst: true as const } : {}),
      ...(record.analysis ? { analysis: analysisView(record.analysis) } : {}),
      ...(record.hold ? { hold: holdView(record.hold, isHeld(record)) } : {}),
      variants: await Promise.all(variantsOf(app).map(async state => ({ ...state, ...(await troubleOf(state, app, troubles)) }))),
    };
  });
  if (views.length + broken.length + left.length === 0) await refuseAbsent(namespace, cluster);
  return [...(await Promise.all(views)), ...left, ...broken];
}

/** What a controller made goes with what it made it for. */
const leftView =
  (namespace: string) =>
  ({ name, objects }: LeftOver): readonly LeftView[] => {
    const own = objects.filter(({ metadata }) => !metadata.ownerReferences?.some(({ controller }) => controller === true));
    return own.length === 0
      ? []
      : [{ namespace, workload: name, left: own.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort() }];
  };

const analysisView = ({ verdict, score, metrics, since, accepted }: Analysis): AnalysisView => ({
  verdict,
  score,
  metrics,
  since: momentText(since),
  ...(accepted ? { accepted } : {}),
});

const holdView = ({ since, seconds, answer }: Hold, isWaiting: boolean): HoldView => ({
  since: momentText(since),
  until: momentText(since + seconds * 1000),
  isWaiting,
  answer: answer ? { verdict: answer.verdict, by: answer.by === '' ? null : answer.by, at: momentText(answer.at) } : null,
});

/** A record may say a moment that no calendar has. */
function momentText(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}

/** What keeps a variant from having all its pods ready. */
async function troubleOf({ name, ready, replicas }: VariantState, app: App, troubles: Troubles): Promise<UnreadyState> {
  const { namespace, live } = app;
  const workload = live.objects[keyOf(app.kind ? workloadAt(app) : deploymentAt({ namespace, name }))];
  return workload && ready < replicas ? troubles(workload) : {};
}

/** Nothing is open in a namespace that is misspelt. */
async function refuseAbsent(name: string, cluster: Cluster): Promise<void> {
  if (await isAbsent(name, cluster))
    throw new RolloutError(
      'NOT_FOUND',
      `Namespace ${name} does not exist.`,
      'Set the namespace of the application (--namespace), or another context.',
    );
}

/** The methods that a record names. */
export function routedBy(names: string): Pick<App, 'routers' | 'routing'> {
  const chosen = names.split(',').flatMap(name => routers[name] ?? []);
  return { routers: chosen, routing: chosen.every(({ routing }) => routing === 'pods') ? 'pods' : 'weights' };
}

/** A look needs no more of a request than where to look; everything else is as when nothing was given. */
function requestFor(namespace: string, application: string | null): Request {
  const { inputs } = parseInputs({ action: 'reject', namespace, application: application ?? '' }, 'terminal');
  return { inputs, namespace, manifests: [], release: null, run: { id: '', name: '' }, process: '' };
}
