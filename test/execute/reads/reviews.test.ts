import { expect, test } from '@jest/globals';
import { askingForRights } from '../../../src/actions/permitted.ts';
import { RolloutError } from '../../../src/errors.ts';
import { lacking } from '../../../src/execute/reads/reviews.ts';
import type { Reviewing } from '../../../src/model/permission.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';

const need = (verb: string, name: string | null = null) => ({ verb, group: '', resource: 'secrets', namespace: 'shop', name });
const rule = { verbs: ['get', 'create'], apiGroups: [''], resources: ['secrets'] };
const reviewing = (rules: readonly (typeof rule & { resourceNames?: readonly string[] })[], allowed: boolean): Required<Reviewing> => ({
  review: async kind => (kind === 'SelfSubjectRulesReview' ? { resourceRules: rules, incomplete: true } : { allowed }),
});

test('what the rules grant is not asked again, and what they do not show is denied or allowed by its own review', async () => {
  expect(await lacking([need('get'), need('delete', 'a')], reviewing([rule], false))).toEqual([need('delete', 'a')]);
  expect(await lacking([need('delete', 'a')], reviewing([rule], true))).toEqual([]);
  const named = { ...rule, resourceNames: ['a'] };
  expect(await lacking([need('get', 'a'), need('get', 'b')], reviewing([named], false))).toEqual([need('get', 'b')]);
});

test('where nobody can be asked, nothing is known to be missing', async () => {
  const review = async () => {
    throw new RolloutError('FORBIDDEN', 'no', 'no');
  };
  expect(await lacking([need('get')], {})).toEqual([]);
  expect(await lacking([need('get')], { review })).toEqual([]);
});

test('rules that were asked for ahead answer once: whoever asks later is told how things are by then', async () => {
  let answers = 0;
  const session = aSession(fakeCluster());
  const { namespace } = session.request;
  const asked = { ...session.cluster, review: async () => ({ resourceRules: [], answer: ++answers }) };
  const { review } = askingForRights({ ...session, cluster: asked }).cluster;
  expect(await review?.('SelfSubjectRulesReview', { namespace })).toMatchObject({ answer: 1 });
  expect(answers).toBe(1);
  expect(await review?.('SelfSubjectRulesReview', { namespace })).toMatchObject({ answer: 2 });
});
