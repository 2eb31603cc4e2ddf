/** `kubernetes-rollout history`: reads, writes nothing. */

import { history } from '../src/actions/history.ts';
import { failure } from '../src/ending.ts';
import type { Platform } from '../src/entry.ts';
import { parseInputs } from '../src/inputs/parse.ts';
import { historyTable } from '../src/report/history.ts';
import { reporter } from '../src/report/reporter.ts';
import type { Arguments } from './arguments.ts';
import { connectedTo } from './connected.ts';
import type { Streams } from './platform.ts';

/** Shows the revisions that the Deployments of a namespace keep; resolves to the exit code. */
export async function showHistory(platform: Platform, given: Arguments, streams: Streams): Promise<number> {
  const report = reporter(platform);
  try {
    // It takes what undo takes to find its Deployments; words that are no option name them.
    const { manifests: words = '', ...asked } = given.inputs;
    const named = [asked.workloads ?? '', words].join('\n');
    const { inputs } = parseInputs({ ...asked, workloads: named, action: 'undo' }, 'terminal');
    await connectedTo(inputs, { platform, report }, async ({ cluster, namespace }) => {
      const views = await history({ namespace, workloads: inputs.workloads }, cluster);
      if (given.output === 'json') streams.out(JSON.stringify(views, null, 2));
      else for (const text of historyTable(views, cluster.now())) report.say({ level: 'plain', text });
    });
    return 0;
  } catch (error) {
    return report.end(failure(error));
  }
}
