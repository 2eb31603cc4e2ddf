/** `kubernetes-rollout approve` and `refuse`: what a person says to a step that waits for him. */
import { answer } from '../src/actions/answering.ts';
import type { Platform } from '../src/entry.ts';
import { RolloutError } from '../src/errors.ts';
import { parseInputs } from '../src/inputs/parse.ts';
import type { Answer } from '../src/model/record.ts';
import { reporter } from '../src/report/reporter.ts';
import type { Arguments } from './arguments.ts';
import { connectedTo } from './connected.ts';

/** Answers what waits; resolves to the exit code. */
export async function giveAnswer(platform: Platform, given: Arguments, verdict: Answer['verdict']): Promise<number> {
  const report = reporter(platform);
  try {
    // It takes what every action takes to find a cluster; of the actions, reject is the one that requires nothing.
    const { inputs } = parseInputs({ ...given.inputs, action: 'reject' }, 'terminal');
    await connectedTo(inputs, { platform, report }, async ({ cluster, namespace }) => {
      const asked = { namespace, application: inputs.application, verdict, person: platform.run.name };
      for (const { workload, by, isTaken } of await answer(asked, cluster)) {
        const said = `${namespace}/${workload}: ${verdict === 'approve' ? 'approved' : 'refused'} by ${by}`;
        const heard = verdict === 'approve' ? 'its step succeeds' : 'its step sends the requests back';
        if (isTaken) report.say({ level: 'plain', text: `${said}; ${heard}.` });
        else report.say({ level: 'warning', text: `${said}. No step waits for it now: run the deploy again, it uses this answer.` });
      }
    });
    return 0;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    // Nothing was moved: where the requests are is no question.
    report.say({ level: 'error', text: `${error.code}: ${error.message}\nWhat to do: ${error.hint}` });
    return 1;
  }
}
