/** The user's files on the way from a platform to the core: read, and rendered for the cluster that they go to. */
import { machineTime } from './cluster/clock.ts';
import { type AgentProxy, fetchThrough } from './cluster/web.ts';
import { RolloutError } from './errors.ts';
import { renderer } from './execute/commands/renderer.ts';
import { duplicates } from './manifests/check.ts';
import { filesOf } from './manifests/files.ts';
import type { Capabilities } from './model/capabilities.ts';
import type { Event } from './model/event.ts';
import type { Inputs, Manifest, Request } from './model/request.ts';

/** Where they are, and for which cluster. */
export interface Reading {
  /** What relative paths start from. */
  readonly directory: string;
  readonly agentProxy: AgentProxy | undefined;
  readonly signal: AbortSignal;
  /** Asked for charts alone. */
  capabilities(): Promise<Capabilities>;
  tell(event: Event): void;
}

/** The files of these inputs; what is to be said of them is told. */
export async function givenFiles(
  inputs: Inputs,
  { directory, agentProxy, signal, capabilities, tell }: Reading,
): Promise<readonly Manifest[]> {
  const { manifests, notices } = await filesOf(inputs, {
    cwd: directory,
    fetch: fetchThrough({ environment: process.env, agentProxy }),
    run: renderer({ time: machineTime, signal }),
    cluster: () =>
      capabilities().catch((error: unknown) => {
        if (!(error instanceof RolloutError) || error.code !== 'FORBIDDEN') throw error;
        tell({ type: 'notice', level: 'warning', text: UNTOLD });
        return null;
      }),
  });
  for (const notice of notices) tell({ type: 'notice', ...notice });
  return manifests;
}

const UNTOLD =
  'The login may not ask the cluster for its version and APIs (/version, /apis), so charts are rendered as helm template renders them without one: templates that ask for .Capabilities may say something else than helm install.';

/** One object that stands in the files both with its namespace and without is there twice: the second would be applied over the first. */
export function refuseTwins({ manifests, namespace }: Pick<Request, 'manifests' | 'namespace'>): void {
  const placed = manifests.map(({ object, from }) => ({ object: { ...object, metadata: { namespace, ...object.metadata } }, from }));
  const twins = duplicates(placed);
  if (twins.length > 0) throw new RolloutError('INVALID_MANIFEST', twins.join('\n'), 'Leave one of them out.');
}
