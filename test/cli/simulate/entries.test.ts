import { expect, test } from '@jest/globals';
import { entriesOf } from '../../../cli/simulate/entries.ts';

const object = (kind: string, name: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

test('requests enter by the routes where there are some', () => {
  expect(entriesOf([object('Service', 'web'), object('HTTPRoute', 'shop', 'demo')])).toEqual([{ namespace: 'demo', entry: 'route/shop' }]);
});

test('requests enter by the Services where there is no route', () => {
  expect(entriesOf([object('Service', 'web'), object('Deployment', 'web')])).toEqual([{ namespace: 'default', entry: 'service/web' }]);
});
