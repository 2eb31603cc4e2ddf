import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { release } from '../../src/manifests/release.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Inputs, Request, Run } from '../../src/model/request.ts';
import type { Action } from '../../src/model/stage.ts';

/** What a step of a pipeline asks for: its inputs as the user writes them, its files, its run. */
export interface Asked {
  readonly inputs?: RawInputs;
  readonly files?: readonly KubeObject[];
  readonly run?: Partial<Run>;
  readonly process?: string;
  /** Inputs as they are parsed, where text is too coarse (seconds). */
  readonly parsed?: Partial<Inputs>;
}

/** A request of run 1 in namespace `demo`: a canary of 20 % by SMI unless it asks for something else. */
export function aRequest({ inputs = {}, files = [], run = {}, process = 'process-1', parsed = {} }: Asked = {}): Request {
  const manifests = files.map((object, i) => ({ object, from: `web.yaml:${i + 1}` }));
  const isDeploy = (inputs.action ?? 'deploy') === 'deploy';
  const raw = {
    action: 'deploy',
    strategy: 'canary',
    'traffic-split-method': 'smi',
    ...(isDeploy && !inputs.steps ? { percentage: '20' } : {}),
    manifests: 'web.yaml',
    ...inputs,
  };
  return {
    inputs: { ...parseInputs(raw, 'github').inputs, ...parsed },
    namespace: 'demo',
    manifests,
    release: manifests.length === 0 ? null : release(manifests),
    run: { id: 'run/1', name: 'run 1', ...run },
    process,
  };
}

/** What its action plans. */
export const actionOf = ({ inputs: { action } }: Request): Action =>
  action === 'analyze' ? 'promote' : action === 'undo' || action === 'sweep' ? 'reject' : action;
