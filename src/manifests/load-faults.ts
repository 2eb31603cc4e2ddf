/** What is wrong with the files, in words of the user. */
import { RolloutError } from '../errors.ts';
import type { Source } from './source.ts';

/** A line of a file, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A sentence that names the place itself; `place` is null where no line is at fault. */
export interface Fault {
  readonly text: string;
  readonly place: Place | null;
}

/** A fault of one line: "web.yaml:3: kind is missing". */
export const faultAt = (place: Place, says: string): Fault => ({ text: `${place.file}:${place.line}: ${says}`, place });

/** A fault of what is no YAML. A template that nobody has rendered is the usual cause where its text holds one. */
export function unreadable({ name, text }: Source, line: number, reason: string): Fault {
  const at = text.split('\n', mostLines).findIndex(one => TEMPLATED.test(one));
  const cause = at < 0 ? '' : ` (line ${at + 1} is of a template: give the chart's directory, or pipe \`helm template\` into -f -)`;
  return faultAt({ file: name, line }, `${reason}${cause}`);
}

/** As the templates of Go, and so of Helm, write an action at the beginning of a line or as a value. */
const TEMPLATED = /^\s*\{\{|[:-]\s+\{\{/;
const mostLines = 100_000;

/** The most faults that are listed, and the longest that is told whole among others, and alone. */
const mostFaults = 50;
const longest = { beside: 600, alone: 3000 } as const;

const shown = (fault: string, most: number): string => (fault.length <= most ? fault : `${fault.slice(0, most)}...`);

/** INVALID_MANIFEST with all faults of all files. */
export function invalid(faults: readonly string[]): RolloutError {
  const told = faults.slice(0, mostFaults).map(fault => shown(fault, faults.length === 1 ? longest.alone : longest.beside));
  const more = faults.length > mostFaults ? [`... and ${faults.length - mostFaults} more`] : [];
  const message =
    faults.length === 1
      ? `The manifests have a fault: ${told[0]}`
      : `The manifests have ${faults.length} faults:\n${[...told, ...more].map(fault => `- ${fault}`).join('\n')}`;
  return new RolloutError('INVALID_MANIFEST', message, 'Correct the files at these places; nothing was written to the cluster.');
}

/** NOTHING_TO_DEPLOY: the entries hold no object. */
export function nothing(entries: readonly string[]): RolloutError {
  const message = entries.length === 0 ? 'No manifests were given' : `No Kubernetes object was found in ${entries.join(', ')}`;
  return new RolloutError(
    'NOTHING_TO_DEPLOY',
    message,
    'Set the input manifests to files, directories, globs or URLs that contain Kubernetes objects.',
  );
}
