/** Where a failure's code is explained. */
import type { ErrorCode } from '../errors.ts';

const TROUBLESHOOTING = 'https://github.com/kubernetes-rollout/kubernetes-rollout/blob/main/docs/troubleshooting.md';

/** The address of the entry that says what a code means, where it comes from and what to do. */
export const aboutCode = (code: ErrorCode): string => `${TROUBLESHOOTING}#${code.toLowerCase()}`;
