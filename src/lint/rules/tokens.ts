/** What a pipeline was to fill in. */
import { unreplacedIn } from '../../manifests/unreplaced.ts';
import type { Rule } from '../finding.ts';
import { titleOf } from '../workload.ts';

/** A token that nothing has replaced is released as it stands. */
export const unreplacedToken: Rule = {
  code: 'unreplaced-token',
  level: 'warning',
  about: 'Tokens of pipelines and templates are replaced.',
  remarks: file =>
    unreplacedIn(file.object).map(({ path, token }) => ({
      path,
      what: `${titleOf(file)}: ${path} still contains ${token}, which was not replaced.`,
      set: `${path}, or let the pipeline replace the token first`,
    })),
};
