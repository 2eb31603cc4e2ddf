/** Findings as data. */
import type { Finding } from '../../src/lint/finding.ts';

/** `{"findings": [...]}`: each as it is. */
export const asJson = (findings: readonly Finding[]): string => JSON.stringify({ findings }, null, 2);
