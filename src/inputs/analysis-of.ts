/** The file of an analysis, from the disk to what it says. */
import { resolve } from 'node:path';
import { RolloutError } from '../errors.ts';
import { textIn, unreadable } from '../manifests/source.ts';
import { kindOf } from '../manifests/walk.ts';
import { type AnalysisFile, analysisFile } from './analysis-file.ts';

/** A larger one is none. */
const MOST_BYTES = 1_000_000;

/** What the file says; null where none is named. Throws INVALID_INPUT for one that cannot be read or is no YAML. */
export async function fileOfAnalysis(path: string | null, directory: string): Promise<AnalysisFile | null> {
  return path === null ? null : analysisFile({ name: path, text: await textOf(path, directory) });
}

async function textOf(path: string, directory: string): Promise<string> {
  const invalid = (why: string): RolloutError =>
    new RolloutError('INVALID_INPUT', `analysis: ${path} ${why}`, 'Give the path of a file such as samples/analysis.yaml.');
  const place = resolve(directory, path);
  const kind = await kindOf(place);
  // Whatever it is, opening it must not wait: a pipe without a writer would.
  if (kind === 'directory' || kind === 'other') throw invalid('is no file');
  try {
    return await textIn(place, MOST_BYTES);
  } catch (error) {
    throw invalid(`cannot be read (${unreadable(error)})`);
  }
}
