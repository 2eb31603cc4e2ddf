/** What was remarked of the files when they were read is told by the run that applies them. */
import { expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { asked, place, run } from '../stage/rollouts.ts';

test.each<[string, RawInputs]>([
  ['in place', { strategy: 'none', 'traffic-split-method': 'pod' }],
  ['by a canary', {}],
])('a token that nobody replaced is told by a deploy %s', async (_, inputs) => {
  const here = await place();
  const request = asked(here, { inputs: { ...inputs, 'dry-run': 'true' }, files: here.files('app:2') });
  const unreplaced = ['web.yaml:7: Deployment web: spec.x still contains #{Token}#, which was not replaced.'];
  const remarked = { ...request, manifests: request.manifests.map((manifest, i) => (i === 0 ? { ...manifest, unreplaced } : manifest)) };
  const told = (await run(here, remarked)).flatMap(event => (event.type === 'notice' ? [event.text] : []));
  expect(told).toEqual(expect.arrayContaining(unreplaced));
});
