/** The token by which Azure DevOps vouches for a service connection. It lasts minutes, so every login asks for its own. */
import * as task from 'azure-pipelines-task-lib/task.js';
import type { Asking } from '../../src/cluster/ask.ts';
import { RolloutError } from '../../src/errors.ts';
import { notWhole } from './endpoint.ts';
import { answerTo, textOf } from './web.ts';

/** Asks Azure DevOps by the job's own token; throws LOGIN_FAILED, UNREACHABLE. */
export async function vouchedFor(connection: string, asking: Asking): Promise<string> {
  const job = task.getEndpointAuthorizationParameter('SystemVssConnection', 'AccessToken', true);
  if (!job) throw notWhole('logs in by workload identity federation, but the job has no access token of Azure DevOps');
  const { status, fields } = await answerTo(asking, {
    address: addressOf(connection),
    headers: { authorization: `Bearer ${job}`, 'content-type': 'application/json' },
    body: '',
  });
  const token = textOf(fields.oidcToken);
  if (token !== null) return token;
  throw new RolloutError(
    'LOGIN_FAILED',
    `Azure DevOps gives no token for the service connection (status ${status}).`,
    'Let the pipeline use the service connection (Security, Pipeline permissions), and run the step on a recent agent.',
  );
}

function addressOf(connection: string): string {
  const [collection, project, hub, plan, job] = VARIABLES.map(name => task.getVariable(name) ?? '').map((value, at) =>
    at === 0 ? value.replace(/\/+$/, '') : encodeURIComponent(value),
  );
  if (!collection || !URL.canParse(collection)) throw notWhole('logs in by workload identity federation, outside a job of Azure DevOps');
  const query = `api-version=7.1&serviceConnectionId=${encodeURIComponent(connection)}`;
  return `${collection}/${project}/_apis/distributedtask/hubs/${hub}/plans/${plan}/jobs/${job}/oidctoken?${query}`;
}

const VARIABLES = ['System.TeamFoundationCollectionUri', 'System.TeamProjectId', 'System.HostType', 'System.PlanId', 'System.JobId'];
