/** The pull request that a run is of, as its environment tells. */
import type { Environment } from './environment.ts';

/** Where its comments are. */
export type PullRequest =
  | { readonly on: 'github'; readonly api: string; readonly repository: string; readonly number: number }
  /** `base` is the address of the repository in Azure DevOps' API. */
  | { readonly on: 'azure'; readonly base: string; readonly number: number };

/** Of a workflow of GitHub; null for a run of none, and on any other machine. */
export function githubPullRequest(environment: Environment): PullRequest | null {
  const { GITHUB_REPOSITORY: repository, GITHUB_REF: ref = '', GITHUB_API_URL: api = 'https://api.github.com' } = environment;
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  return repository === undefined || number === undefined ? null : { on: 'github', api, repository, number: Number(number) };
}

/** Of a run of Azure Pipelines, whose repository may be at GitHub too; null for a run of none, and on any other machine. */
export function azurePullRequest(environment: Environment): PullRequest | null {
  const { SYSTEM_PULLREQUEST_PULLREQUESTID: id, SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: number } = environment;
  const { BUILD_REPOSITORY_PROVIDER: provider, BUILD_REPOSITORY_NAME: repository = '', BUILD_REPOSITORY_URI: uri = '' } = environment;
  if (provider === 'GitHub' || provider === 'GitHubEnterprise') {
    const api = provider === 'GitHub' ? 'https://api.github.com' : `${URL.canParse(uri) ? new URL(uri).origin : uri}/api/v3`;
    return isNumber(number) ? { on: 'github', api, repository, number: Number(number) } : null;
  }
  const { SYSTEM_COLLECTIONURI: collection = '', SYSTEM_TEAMPROJECTID: project = '', BUILD_REPOSITORY_ID: repositoryId = '' } = environment;
  if (!isNumber(id) || collection === '') return null;
  const base = `${collection.replace(/\/+$/, '')}/${encodeURIComponent(project)}/_apis/git/repositories/${encodeURIComponent(repositoryId)}`;
  return { on: 'azure', base, number: Number(id) };
}

const isNumber = (text: string | undefined): text is string => /^\d{1,10}$/.test(text ?? '');
