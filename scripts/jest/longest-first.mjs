/**
 * Starts what takes longest first also where jest has no times of an earlier run, as in CI: by size of file the longest, whose tables stand
 * elsewhere, would begin when everything else is done, on one of two cores.
 */
import { sep } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Rough times of a file by its folder, in milliseconds. */
const usual = [
  [['test', 'crash'], 20_000],
  [['test', 'task'], 10_000],
  [['test', 'cli'], 8_000],
  [['test', 'scenarios'], 5_000],
].map(([folders, time]) => [`${sep}${folders.join(sep)}${sep}`, time]);

export default class LongestFirst extends Sequencer {
  time(test) {
    return super.time(test) ?? usual.find(([folder]) => test.path.includes(folder))?.[1];
  }
}
