/** `docs/troubleshooting.md`: what each error code means, where it comes from and what to do. The compiler asks for a row per code. */
import type { ErrorCode } from '../../src/errors.ts';
import { answers, connection, inputs } from './asking.ts';
import type { Page } from './page.ts';
import { refusals, running } from './rollouts.ts';

/** All codes by the part of a run that they come from; one that has no row here does not compile. */
const parts = [
  ['Inputs and manifests', inputs],
  ['The connection', connection],
  ['Answers of the API server', answers],
  ['Refusals, before anything is written', refusals],
  ['While it runs', running],
] as const;
/** The entry of each code. */
export const pages: Readonly<Record<ErrorCode, Page>> = { ...inputs, ...connection, ...answers, ...refusals, ...running };

/** The page as Markdown: a section per part, an entry per code. */
export function troubleshooting(): string {
  const sections = parts.map(
    ([title, codes]) =>
      `## ${title}\n\n${Object.keys(codes)
        .map(code => entry(code as ErrorCode))
        .join('\n')}`,
  );
  return `# Troubleshooting by error code

Generated from \`scripts/troubleshooting/\` by \`npm run generate\`. Every failure begins with one of these codes. Its message names the object and what to do in
your case.

${sections.join('\n')}`;
}

function entry(code: ErrorCode): string {
  const { means, causes, remedy } = pages[code];
  return `### ${code}\n\n${means}\n\nCommon causes:\n\n${causes.map(cause => `- ${cause}`).join('\n')}\n\n${remedy}\n`;
}
