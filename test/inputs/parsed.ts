/** What a step's inputs come to. */
import { RolloutError } from '../../src/errors.ts';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import type { Inputs } from '../../src/model/request.ts';

/** Usual inputs of a deploy. */
export const deploy = { action: 'deploy', manifests: 'web.yaml', 'traffic-split-method': 'gateway-api' };
/** The same with a canary of a fifth. */
export const canary = { ...deploy, strategy: 'canary', percentage: '20' };

/** The inputs as they are understood. */
export const inputs = (raw: RawInputs, dialect: Dialect = 'github'): Inputs => parseInputs(raw, dialect).inputs;

/** What is said of them although they are understood. */
export const warnings = (raw: RawInputs): readonly string[] => parseInputs(raw, 'github').warnings;

/** What is wrong with them, one line each; empty where nothing is. */
export function faults(raw: RawInputs, dialect: Dialect = 'github'): readonly string[] {
  try {
    parseInputs(raw, dialect);
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'INVALID_INPUT')
      return error.message
        .split('\n')
        .slice(1)
        .map(line => line.trim());
    throw error;
  }
  return [];
}
