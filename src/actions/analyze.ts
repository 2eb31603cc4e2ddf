/** Watches and judges what is open, and changes nothing: between two shares, behind a hook, from a terminal. */
import { RolloutError } from '../errors.ts';
import { probe } from '../execute/pods/probe.ts';
import { read } from '../execute/reads/read.ts';
import { noteAll, type Session } from '../execute/session.ts';
import { soak } from '../execute/soak/soak.ts';
import { together } from '../execute/together.ts';
import { holds } from '../gates/hold.ts';
import { probe as probeGate } from '../gates/probe.ts';
import { soak as soakGate } from '../gates/soak.ts';
import type { Live } from '../model/live.ts';
import { passageOf } from '../plan/operations/passage.ts';
import { outcomeOf } from '../plan/outcome.ts';
import { type App, appOf } from '../plan/world/app.ts';
import { targetsOf } from '../plan/world/belongings.ts';
import { refuseBroken } from '../plan/world/broken.ts';
import { finishIt } from '../plan/world/ending.ts';
import { nothingOpen, openTargets } from '../plan/world/open-targets.ts';
import { recordsIn } from '../routers/splits.ts';
import { prepared } from './preparing.ts';
import { routedBy } from './status.ts';

/** It writes no record: what it comes to is told to whoever runs it. */
const unrecorded = { held: () => [], remember: async () => undefined };

/** Throws PROBE_FAILED, ANALYSIS_FAILED, ANALYSIS_INCONCLUSIVE or NO_DATA where the new version may not go on, NO_DATA also where there is none. */
export async function analyze(session: Session, found: (apps: readonly App[]) => void): Promise<void> {
  const asked = session.cluster.time.elapsed();
  const live = await read(session.request, session.cluster, { hasEnded: () => false, isTried: false });
  const { inputs } = session.request;
  const apps = openApps(session, live);
  noteAll(session, Object.values(live.objects), asked);
  found(apps);
  const watches = apps.flatMap(app => soakGate.awaits(holds(soakGate, inputs.soakSeconds), passageOf(app)));
  if (watches.length === 0) await refuseUnlessDone(session, { live, apps });
  for (const { workload, seconds } of watches) session.emit({ type: 'step', text: `watch ${workload} for ${seconds} s and judge it` });
  await together(apps.flatMap(app => probeGate.awaits(probeGate, passageOf(app))).map(probing => probe(session, probing))).catch(andStill);
  await together(watches.map(watch => soak(session, watch, unrecorded))).catch(andStill);
  const nothing = {
    views: {},
    orders: {},
    plan: [],
    notices: [],
    left: [],
    isFirst: false,
    isDeleted: false,
    isSuperseded: false,
    chosen: [],
  };
  session.emit({ type: 'outcome', outcome: outcomeOf(session.request, { ...nothing, apps: watches.length > 0 ? apps : [] }, { apps }) });
}

/** Nobody gives the requests back: what was judged bad goes on to answer them until somebody rejects it. */
function andStill(error: unknown): never {
  if (!(error instanceof RolloutError) || error.code === 'INTERRUPTED') throw error;
  throw new RolloutError(error.code, error.message, `${error.hint} ${STILL}`, { cause: error });
}

const STILL = 'The new version stays as it is, with its share of the requests, until a reject or another deploy.';

/** The open rollouts that are meant: of the files' workloads, or as promote finds them. */
function openApps({ request }: Session, live: Live): readonly App[] {
  const records = recordsIn(live);
  const targets = request.manifests.length > 0 ? targetsOf(request, live) : openTargets(request, records, live);
  return targets.flatMap(target => {
    const record = records.find(({ workload, namespace }) => workload === target.name && namespace === target.namespace);
    return record ? [appOf(target, { request, live, ...routedBy(record.router) }, [])] : [];
  });
}

/** Behind a first release, or a deploy of what runs already, there is nothing to judge and nothing wrong; else nothing must not pass for good. */
async function refuseUnlessDone(session: Session, { live, apps }: { readonly live: Live; readonly apps: readonly App[] }): Promise<void> {
  const { request } = session;
  if (apps.some(({ record }) => record?.originals.stable === null)) return;
  if (request.manifests.length === 0) refuseBroken(request, live);
  const asPromote: Session = { ...session, request: { ...request, inputs: { ...request.inputs, action: 'promote' } } };
  if (apps.length === 0 && request.manifests.length > 0 && (await prepared(asPromote, 'promote')).plan.length === 0) return;
  const promoting = apps.flatMap(({ record }) => (record?.action === 'promote' ? [record] : []))[0];
  throw new RolloutError(
    'NO_DATA',
    apps.length > 0
      ? `${apps.map(({ key }) => key).join(', ')}: no new version stands beside the running one`
      : nothingOpen(request, recordsIn(live)),
    promoting ? finishIt(promoting, request) : 'Deploy the canary first; analyze judges what is open.',
  );
}
