/** One row of the table on the simulated cluster, under traffic. */
import { status } from '../../../src/actions/status.ts';
import type { RawInputs } from '../../../src/inputs/parse.ts';
import { same } from '../../../src/manifests/json.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Ending } from '../../stage/act.ts';
import { type Bed, openBed, said } from '../../stage/bed.ts';
import { answering, type CrashStage } from '../../stage/stage.ts';
import { after, connectTo } from '../../stage/time.ts';
import { type Action, type Asked, asked, common, ends, filesOf, isInPlace, openingOf, opens, type Start, type Way } from './rows.ts';

/** A row, and how it is disturbed or gone on with. */
export interface Row {
  readonly way: Way;
  readonly start: Start;
  readonly action: Action;
  /** The action dies behind this write, and is asked for again. */
  readonly killed?: number;
  /** The number of the next action to try, of those that its end proposes. */
  readonly next?: number;
}

/** A way in words. */
export const nameOf = ({ strategy, method: { name, world } }: Way): string =>
  `${strategy} by ${[name, ...(world ? [world] : [])].join(' ')}`;

/** A row in words. */
export const told = ({ way: { strategy, method }, start: { opened, killed: begun }, action, killed }: Row): string => {
  const from = `from ${opened ?? 'nothing open'}${begun === undefined ? '' : `, promote killed behind write ${begun}`}`;
  return `${nameOf({ strategy, method })}, ${from}: ${action}${killed === undefined ? '' : `, killed behind write ${killed}`}`;
};

/** What a row came to. */
export interface Trial {
  readonly problems: readonly string[];
  /** The action, or the promote of the start, made as many writes as it was to die behind. */
  readonly hasDied: boolean;
}

/** Enough that each moment of a row has some, and few enough that waits of a minute are cheap. */
const REQUESTS_PER_SECOND = 100;

/** In so many milliseconds an eighth of the requests is none of them once in 400,000 million. */
const ENOUGH = 2000;

/** The claim of a process that died lapses after a minute. */
const LATER = 61;

/** Tries a row, then takes everything back. */
export async function trial(stage: CrashStage, row: Row): Promise<Trial> {
  const { way, start, action } = row;
  const { objects, entry } = way.method;
  const bed = await openBed(stage, [...filesOf(way, 'v1'), ...objects]);
  const before = await world(bed);
  await answering(stage.simulation, { namespace: bed.api.namespace, entry });
  const stream = stage.simulation.traffic({ namespace: bed.api.namespace, entry, requestsPerSecond: REQUESTS_PER_SECOND });
  const problems: string[] = [];
  const expect = (what: string, ending: Ending, allowed: readonly string[]): void => {
    if (allowed.includes(said(ending))) return;
    const why = ending?.type === 'failed' ? ` (${ending.message} ${ending.hint})` : '';
    problems.push(`${what} ended as ${said(ending)}, not ${allowed.join(' or ')}${why}`);
  };
  let hasDied = false;
  if (start.opened) expect('the deploy before', await bed.act(opens(way, start.opened), filesOf(way, 'v2')), ['deployed']);
  if (start.killed !== undefined) hasDied = await dies(bed, start.killed, asked(way, start, 'promote'));
  const opened = await world(bed, 'standing');
  problems.push(...(await mistold(stage, bed, await world(bed))));
  const what = asked(way, start, action);
  if (row.killed !== undefined) hasDied = await dies(bed, row.killed, what, LATER);
  const ending = await run(bed, what, 2 * LATER);
  expect(action, ending, [...ends(start, action), ...(row.killed === undefined ? [] : ['unchanged'])]);
  const now = await world(bed);
  problems.push(
    ...untrue(row, { ending, what, before, opened, now, standing: await world(bed, 'standing') }),
    ...(await mistold(stage, bed, now)),
  );
  if (said(ending) === 'deployed' && getsRequests(row)) {
    await after(stage.simulation.kubeconfig, ENOUGH);
    if (!stream.counts().pods.some(({ image }) => image.endsWith(`:${what.version}`)))
      problems.push(`it said deployed, and ${what.version} got no request`);
  }
  const proposed = row.next === undefined ? undefined : proposals(ending)[row.next % proposals(ending).length];
  if (proposed) problems.push(...failure(proposed, await run(bed, next(row, what, proposed), 3 * LATER)));
  expect('the way back', await run(bed, asked(way, start, 'reject whatever is open'), 4 * LATER), ['rejected', 'unchanged']);
  await after(stage.simulation.kubeconfig, 100);
  stream.stop();
  if (stream.counts().lost > 0 && way.strategy !== 'recreate') problems.push(`${stream.counts().lost} requests were lost`);
  const left = await world(bed);
  if (![before, released(before, 'v2'), released(before, 'v3')].some(one => one === left))
    problems.push(`is left: ${left} instead of ${before}`);
  await bed.api.send('DELETE', '/api/v1/namespaces/{ns}');
  return { problems: problems.map(problem => `${told(row)}: ${problem}`), hasDied };
}

const dies = async (bed: Bed, write: number, what: Asked, laterSeconds?: number): Promise<boolean> =>
  (await bed.dieBehind(write, what, laterSeconds)).length >= write;

/** What a share is given to, for a deploy that is green: some requests, from callers that knew the Service before. */
const getsRequests = ({ way, start }: Row): boolean =>
  openingOf(way, start) !== 'standing by' && way.strategy !== 'ab' && way.strategy !== 'shadow';

const run = (bed: Bed, { inputs, files, run: number }: Asked, laterSeconds: number): Promise<Ending> =>
  bed.act(inputs, files, { run: number, laterSeconds });

/** What an end proposes to do next, by its own words: with which files, and of whose rollout. */
interface Proposal {
  readonly verb: 'deploy' | 'promote' | 'reject';
  readonly inputs: RawInputs;
  readonly hasFiles: boolean;
}

function proposals(ending: Ending): readonly Proposal[] {
  const words = ending?.type === 'failed' ? ending.hint : (ending?.outcome.next.join(' ') ?? '');
  const known: readonly (readonly [Proposal, RegExp])[] = [
    [{ verb: 'promote', inputs: {}, hasFiles: !/without any/.test(words) }, /\bpromote\b/i],
    [{ verb: 'reject', inputs: /reject-any: true/.test(words) ? { 'reject-any': 'true' } : {}, hasFiles: true }, /\breject\b/i],
    [{ verb: 'deploy', inputs: {}, hasFiles: true }, /\bdeploy (again|the canary)\b|\blarger share\b/i],
  ];
  return known.filter(([, pattern]) => pattern.test(words)).map(([proposal]) => proposal);
}

/** The same step with what was proposed; who only looks deploys as he did before. */
function next({ way, start, action }: Row, what: Asked, { verb, inputs: more, hasFiles }: Proposal): Asked {
  if (verb === 'deploy') {
    const base = action === 'analyze' ? asked(way, start, 'deploy') : what;
    return { ...base, inputs: { ...base.inputs, ...more } };
  }
  const { percentage: _percentage, ...others } = what.inputs;
  return { ...what, inputs: { ...common(way), ...others, ...more, action: verb }, files: hasFiles ? what.files : [] };
}

/** A proposal that fails, or that is green and does nothing, leads nowhere. */
const failure = ({ verb }: Proposal, ending: Ending): readonly string[] => {
  const isNothing = ending?.type === 'outcome' && ending.outcome.status === 'superseded';
  const why = ending?.type === 'failed' ? ` (${ending.message})` : '';
  return ending?.type === 'failed' || isNothing ? [`${verb}, which its end proposed, ended as ${said(ending)}${why}`] : [];
};

interface Ended {
  readonly ending: Ending;
  readonly what: Asked;
  /** What was there before anything was released, what stood before the action, and what is there behind it. */
  readonly before: string;
  readonly opened: string;
  readonly now: string;
  /** The same without what is on its way out. */
  readonly standing: string;
}

/** What an end says and the cluster does not show. */
function untrue({ way, killed }: Row, { ending, what: { version }, before, opened, now, standing }: Ended): readonly string[] {
  const isUntouched = killed !== undefined || standing === opened;
  const holds: Readonly<Record<string, boolean>> = {
    promoted: now === released(before, version),
    rejected: now === before,
    undone: now === before,
    deployed: isInPlace(way.strategy)
      ? now === released(before, version)
      : now.includes('"Deployment/web-canary"') && now.includes(`demo/web:${version}`) && now.includes('"ConfigMap/web-rollout"'),
  };
  return (holds[said(ending)] ?? isUntouched) ? [] : [`it said ${said(ending)}, and there is ${now} where there was ${opened}`];
}

/** What \`status\` says and the cluster does not show. */
async function mistold({ simulation }: CrashStage, { api: { namespace } }: Bed, now: string): Promise<readonly string[]> {
  const { cluster, close } = await connectTo(simulation.kubeconfig);
  const views = await status({ namespace, application: null }, cluster).finally(close);
  const told = views.map(view => ('broken' in view ? view.record : `${view.workload}-rollout`)).sort();
  const there = [...now.matchAll(/"ConfigMap\/([a-z]+-rollout)"/g)].map(([, name]) => name).sort();
  const shares = views.flatMap(view => ('variants' in view ? [view.variants.flatMap(({ share }) => share ?? [])] : []));
  const sums = shares.filter(given => given.length > 0).map(given => given.reduce((sum, share) => sum + share, 0));
  return [
    ...(same(told, there) ? [] : [`status tells of ${told.join(', ') || 'nothing'} where there is ${there.join(', ') || 'nothing'}`]),
    ...sums.filter(sum => Math.abs(sum - 100) > 0.2).map(sum => `status gives away ${sum} % of the requests`),
  ];
}

const released = (state: string, version: string): string => state.replaceAll('demo/web:v1', `demo/web:${version}`);

const collections = [
  '/api/v1/namespaces/{ns}/services',
  '/api/v1/namespaces/{ns}/configmaps',
  '/apis/apps/v1/namespaces/{ns}/deployments',
  '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes',
  '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits',
  '/apis/specs.smi-spec.io/v1alpha4/namespaces/{ns}/httproutegroups',
  '/apis/networking.istio.io/v1/namespaces/{ns}/virtualservices',
  '/apis/projectcontour.io/v1/namespaces/{ns}/httpproxies',
  '/apis/traefik.io/v1alpha1/namespaces/{ns}/ingressroutes',
  '/apis/traefik.io/v1alpha1/namespaces/{ns}/traefikservices',
  '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses',
];

/** What a user would see of his namespace: of the record only that it is there, nothing of what the server and a script of his note. */
async function world({ api }: Bed, part: 'all' | 'standing' = 'all'): Promise<string> {
  const lists = await Promise.all(collections.map(path => api.send('GET', path)));
  const objects = lists.flatMap(({ body }) =>
    (body.items as readonly KubeObject[])
      .filter(({ metadata }) => part === 'all' || metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec }) => {
        const { clusterIP: _ip, clusterIPs: _ips, ...kept } = spec ?? {};
        const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = metadata.annotations ?? {};
        return [`${String(body.kind).replace(/List$/, '')}/${metadata.name}`, [kept, metadata.labels ?? {}, annotations]] as const;
      }),
  );
  const seen = objects.filter(([name]) => !['ConfigMap/kube-root-ca.crt', 'TrafficSplit/by-script'].includes(name));
  return JSON.stringify(Object.fromEntries(seen.sort(([a], [b]) => (a < b ? -1 : 1))));
}
