import type { Run } from '../model/request.ts';
import type { Environment } from './environment.ts';

/** The build or the classic release that an Azure agent describes, or null on any other machine. */
export function azureRun(environment: Environment): Run | null {
  return releaseRun(environment) ?? buildRun(environment);
}

/** Names of annotations that the view of an environment reads, and the variables of the agent that fill them. */
const traced: Readonly<Record<string, string>> = {
  run: 'BUILD_BUILDNUMBER',
  pipeline: 'BUILD_DEFINITIONNAME',
  pipelineId: 'SYSTEM_DEFINITIONID',
  jobName: 'AGENT_JOBNAME',
  project: 'SYSTEM_TEAMPROJECT',
  org: 'SYSTEM_COLLECTIONURI',
  repository: 'BUILD_REPOSITORY_NAME',
  commit: 'BUILD_SOURCEVERSION',
};

/** What a workload bears of the run that it came from, by the whole names of the annotations. */
export function azureAnnotations(environment: Environment): Readonly<Record<string, string>> {
  const url = azureRun(environment)?.url;
  const known = Object.entries(traced).map(([name, variable]) => [name, environment[variable] ?? ''] as const);
  const told = [...known, ['runuri', url ?? ''] as const].filter(([, value]) => value !== '');
  return Object.fromEntries(told.map(([name, value]) => [`azure-pipelines/${name}`, value]));
}

/** A classic release has the variables of the build it deploys too, so it is looked for first. */
function releaseRun(environment: Environment): Run | null {
  const {
    RELEASE_RELEASEID: id,
    RELEASE_RELEASENAME: name = id,
    RELEASE_RELEASEWEBURL: url,
    RELEASE_DEFINITIONID: definition,
  } = environment;
  if (id === undefined) return null;
  return {
    id: `${project(environment)}/release/${id}`,
    pipeline: `${project(environment)}/release-definition/${definition ?? 'unknown'}`,
    number: Number(id),
    attempt: Number(environment.RELEASE_ATTEMPTNUMBER ?? '1'),
    name: `release ${name} of ${environment.RELEASE_DEFINITIONNAME ?? 'a release pipeline'}`,
    ...(url === undefined ? {} : { url }),
    ...startedAt(environment.RELEASE_DEPLOYMENT_STARTTIME),
  };
}

function buildRun(environment: Environment): Run | null {
  const { BUILD_BUILDID: id, BUILD_BUILDNUMBER: number = id, SYSTEM_DEFINITIONID: definition = 'unknown' } = environment;
  if (id === undefined) return null;
  return {
    id: `${project(environment)}/build/${id}`,
    pipeline: `${project(environment)}/definition/${definition}`,
    number: Number(id),
    attempt: attempts(environment),
    name: `run ${number} of ${environment.BUILD_DEFINITIONNAME ?? 'a pipeline'}`,
    ...buildUrl(environment, id),
    ...startedAt(environment.SYSTEM_PIPELINESTARTTIME),
  };
}

function project({ SYSTEM_COLLECTIONURI: collection = '', SYSTEM_TEAMPROJECTID: id = 'unknown' }: Environment): string {
  return `${collection.replace(/\/$/, '')}/${id}`;
}

/** Stages and jobs count their attempts each for themselves; the sum grows with both. */
function attempts({ SYSTEM_STAGEATTEMPT: stage = '1', SYSTEM_JOBATTEMPT: job = '1' }: Environment): number {
  return Number(stage) + Number(job) - 1;
}

function buildUrl({ SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: name }: Environment, id: string): { readonly url?: string } {
  if (collection === undefined || name === undefined) return {};
  return { url: `${collection.replace(/\/$/, '')}/${encodeURIComponent(name)}/_build/results?buildId=${id}` };
}

function startedAt(time: string | undefined): { readonly startedAt?: number } {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? {} : { startedAt: milliseconds };
}
