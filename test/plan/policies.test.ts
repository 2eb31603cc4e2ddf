import { expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at } from '../../src/manifests/json.ts';
import type { Live } from '../../src/model/live.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop')
  .namespace('demo')
  .field('spec', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })
  .build();
const budget = anObject('policy/v1', 'PodDisruptionBudget', 'web')
  .namespace('demo')
  .field('spec', { minAvailable: 1, selector: { matchLabels: { app: 'web' } } })
  .build();
const v1 = aDeployment('web');
const service = aService('web').build();

/** The app label that each PodDisruptionBudget selects by. */
const budgets = ({ objects }: Live): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.values(objects)
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .map(object => [object.metadata.name, at(object, 'spec.selector.matchLabels.app')]),
  );

test('each of several versions under names of their own has copies of its own, which go with it', () => {
  const shadow = (name: string, action = 'deploy'): RawInputs => ({
    action,
    strategy: 'shadow',
    'traffic-split-method': 'gateway-api',
    'variant-name': name,
    percentage: '',
  });
  const deploy = (name: string, live: Live): Live =>
    play(aRequest({ inputs: shadow(name), files: [v1.image(`app:${name}`).build(), service] }), live).live;
  const both = deploy('b', deploy('a', aLive(v1.build(), service, route, budget)));
  expect(budgets(both)).toEqual({ web: 'web', 'web-a': 'web-a', 'web-b': 'web-b' });
  const one = play(aRequest({ inputs: shadow('a', 'reject') }), both).live;
  expect(budgets(one)).toEqual({ web: 'web', 'web-b': 'web-b' });
});
