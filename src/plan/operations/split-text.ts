import { matchText } from '../../model/match.ts';
import type { Traffic } from '../../model/stage.ts';

/** "stable 900, canary 100", who gets the canary whatever the shares are, what is copied and who is kept where he is. */
export function trafficText({ weights, match = [], mirrors = {}, affinity }: Traffic = { weights: {} }): string {
  const shares = Object.entries(weights).map(([role, weight]) => `${role} ${weight}`);
  const matching = match.length > 0 ? [`${matchText(match)} to canary`] : [];
  const copies = Object.entries(mirrors).map(([shadow, percentage]) => `${percentage} % copied to ${shadow}`);
  return [...shares, ...matching, ...copies, ...(affinity === 'cookie' ? ['users kept by cookie'] : [])].join(', ');
}
