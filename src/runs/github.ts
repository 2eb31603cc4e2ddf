import type { Run } from '../model/request.ts';
import type { Environment } from './environment.ts';

/** The workflow run that a GitHub runner describes, or null on any other machine. */
export function githubRun(environment: Environment): Run | null {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_WORKFLOW: workflow = 'a workflow' } = environment;
  if (repository === undefined || id === undefined) return null;
  const { GITHUB_RUN_NUMBER: number = id, GITHUB_RUN_ATTEMPT: attempt = '1', GITHUB_SERVER_URL: server } = environment;
  return {
    id: `${repository}/${id}`,
    pipeline: `${repository}/${workflowPath(environment)}`,
    number: Number(id),
    attempt: Number(attempt),
    name: `run ${number} of ${workflow}`,
    ...(server === undefined ? {} : { url: `${server}/${repository}/actions/runs/${id}` }),
  };
}

/** `owner/repo/.github/workflows/x.yml@refs/heads/main` without repository and branch: a workflow is the same one on every branch. */
function workflowPath({ GITHUB_WORKFLOW_REF: ref, GITHUB_WORKFLOW: name = '' }: Environment): string {
  return ref?.replace(/@.*$/, '').split('/').slice(2).join('/') ?? name;
}
