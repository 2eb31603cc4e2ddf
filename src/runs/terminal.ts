import type { Run } from '../model/request.ts';
import { azureRun } from './azure.ts';
import type { Environment } from './environment.ts';
import { githubRun } from './github.ts';

/** Who sits at the terminal, and where. */
export interface Person {
  readonly user: string;
  readonly host: string;
}

/** On whose behalf the terminal's command acts: the run named by `--run`, the pipeline it is called from, or the person. */
export function terminalRun(named: string | undefined, environment: Environment, person: Person): Run {
  if (named !== undefined) return namedRun(named);
  return githubRun(environment) ?? azureRun(environment) ?? personalRun(person);
}

/** "web/12" is run 12 of the pipeline "web"; a name without number has no order. */
function namedRun(named: string): Run {
  const [, pipeline, number] = /^(.+)[/#](\d+)$/.exec(named) ?? [];
  if (pipeline === undefined) return { id: named, name: `run ${named}` };
  return { id: named, pipeline, number: Number(number), name: `run ${number} of ${pipeline}` };
}

function personalRun({ user, host }: Person): Run {
  return { id: `terminal/${user}@${host}`, name: `${user} at ${host}`, interactive: true };
}
