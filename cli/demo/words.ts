/** Wordings of the demo. */
import type { Role } from '../../src/model/stage.ts';
import { type Measurement, roles, type Shares } from './measure.ts';

/** "stable 90.0 %, canary 10.0 %". */
export function sharesText(shares: Shares): string {
  return roles.flatMap(role => (shares[role] === undefined ? [] : [`${role} ${shares[role].toFixed(1)} %`])).join(', ');
}

/** "12,345", in every language of the machine. */
export function countText(number: number): string {
  return number.toLocaleString('en-US');
}

/** What an act's numbers say: the canary's share, and its errors where there are any. */
export function measuredText({ measured, tallies }: Measurement): string {
  const share = `got ${(measured.canary ?? 0).toFixed(1)} %`;
  const errors = errorPercent(tallies, 'canary');
  return errors === 0 ? share : `${share}, ${errors.toFixed(1)} % errors`;
}

function errorPercent(tallies: Measurement['tallies'], role: Role): number {
  const { requests, errors } = tallies[role] ?? { requests: 0, errors: 0 };
  return requests === 0 ? 0 : (errors * 100) / requests;
}
