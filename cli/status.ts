/** `kubernetes-rollout status`: reads, writes nothing. */

import { type StatusView, status } from '../src/actions/status.ts';
import { failure } from '../src/ending.ts';
import type { Platform } from '../src/entry.ts';
import { parseInputs } from '../src/inputs/parse.ts';
import type { Inputs } from '../src/model/request.ts';
import { type Reporter, reporter } from '../src/report/reporter.ts';
import { statusTree } from '../src/report/status.ts';
import { strategyNamed } from '../src/strategies/index.ts';
import type { Arguments } from './arguments.ts';
import { connectedTo, type Place } from './connected.ts';
import type { Streams } from './platform.ts';

/** How long a watch waits with its next look. */
const WATCH_MILLISECONDS = 2000;

/** Shows the open rollouts of a namespace, with `--watch` until none is open; resolves to the exit code. */
export async function showStatus(platform: Platform, given: Arguments, streams: Streams): Promise<number> {
  const report = reporter(platform);
  const show = given.output === 'json' ? asJson(streams) : asTree(report, streams);
  try {
    const inputs = inputsOf(given);
    await connectedTo(inputs, { platform, report }, place =>
      read(inputs, place, overview => {
        show(overview);
        return given.watch && overview.views.length > 0;
      }),
    );
    return 0;
  } catch (error) {
    return report.end(failure(error));
  }
}

/** Prints every look as JSON that shows something else than the one before. */
export function asJson({ out }: Pick<Streams, 'out'>): (overview: Pick<Overview, 'views'>) => void {
  let printed = '';
  return ({ views }) => {
    const text = JSON.stringify(views, null, 2);
    if (text !== printed) out(text);
    printed = text;
  };
}

/** Only what has changed is shown; a terminal is drawn over, so that the tree stands still. */
function asTree(report: Reporter, streams: Streams): (overview: Overview) => void {
  let drawn: readonly string[] = [];
  return ({ views, namespace }) => {
    const tree = statusTree(views, namespace, strategyNamed);
    if (tree.join('\n') === drawn.join('\n')) return;
    if (drawn.length > 0) streams.out(streams.colour ? upOver(drawn, streams.width) : '');
    for (const text of tree) report.say({ level: 'plain', text });
    drawn = tree;
  };
}

/** Moves to the line above these lines and clears what follows; the line break behind it leads to the first of them. */
function upOver(lines: readonly string[], width: number): string {
  const rows = lines.reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / width)), 0);
  return `\u001b[${rows + 1}A\u001b[J`;
}

/** It takes what every action takes to find a cluster; of the actions, reject is the one that requires nothing. */
function inputsOf(given: Arguments): Inputs {
  return parseInputs({ ...given.inputs, action: 'reject' }, 'terminal').inputs;
}

interface Overview {
  readonly namespace: string;
  readonly views: readonly StatusView[];
}

/** Looks, and again as long as `show` wants to see more. */
async function read({ application }: Inputs, { cluster, namespace }: Place, show: (overview: Overview) => boolean): Promise<void> {
  while (show({ namespace, views: await status({ namespace, application }, cluster) }))
    await new Promise<void>(resolve => cluster.time.after(WATCH_MILLISECONDS, resolve));
}
