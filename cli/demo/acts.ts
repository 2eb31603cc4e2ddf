/** What the demo plays. */
import type { ErrorCode } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';

/** One action of the demo. */
export interface Act {
  readonly title: string;
  /** The inputs that a pipeline would give. */
  readonly inputs: RawInputs;
  /** The image's tag in the files; null for an action without files. */
  readonly tag: string | null;
  /** Whether the requests are split behind it, so that shares can be measured. */
  readonly splits: boolean;
  /** The failure that it is played for: the new version is found worse by the product itself. */
  readonly fails?: ErrorCode;
}

const canary = (percentage: number, baseline: boolean): RawInputs => ({
  action: 'deploy',
  strategy: 'canary',
  'traffic-split-method': 'gateway-api',
  percentage: String(percentage),
  baseline: String(baseline),
  manifests: 'web.yaml',
});

/** In order. */
export const acts: readonly Act[] = [
  { title: 'deploy v1: the first release', inputs: canary(10, false), tag: 'v1', splits: false },
  { title: 'deploy v2 as a canary with 10 %', inputs: canary(10, false), tag: 'v2', splits: true },
  { title: 'deploy v2 again, with 25 %', inputs: canary(25, false), tag: 'v2', splits: true },
  { title: 'promote: v2 takes over', inputs: { action: 'promote' }, tag: null, splits: false },
  {
    title: 'deploy v3 under watch: caught and rejected',
    inputs: { ...canary(20, true), soak: '1m', metrics: 'errors', 'on-failure': 'reject' },
    tag: 'v3-err20',
    splits: false,
    fails: 'ANALYSIS_FAILED',
  },
];
