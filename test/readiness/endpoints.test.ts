import { describe, expect, test } from '@jest/globals';
import { inEndpoints } from '../../src/readiness/endpoints.ts';
import { aSliceOf } from '../build/endpoint-slice.ts';
import { aPod } from '../build/pod.ts';
import { aService } from '../build/service.ts';

const a = aPod('web-a').build();
const b = aPod('web-b').build();
const service = aService('web').build();

describe('requests reach a Service when', () => {
  test('every ready pod is among its endpoints', () => {
    expect(inEndpoints(service, [aSliceOf('web', a, b).build()], [a, b])).toEqual({
      state: 'ready',
      text: 'Service web: 2 ready pods among its endpoints',
    });
  });

  test('its pods are spread over slices', () => {
    expect(inEndpoints(service, [aSliceOf('web', a).build(), aSliceOf('web', b).build()], [a, b]).state).toBe('ready');
  });

  test('a pod that is not ready, or goes away, is missing', () => {
    const others = [aPod('web-c').notReady().build(), aPod('web-d').deleting().build()];
    expect(inEndpoints(service, [aSliceOf('web', a).build()], [a, ...others]).state).toBe('ready');
  });

  test('it selects nothing: its endpoints are its owner’s affair', () => {
    expect(inEndpoints(aService('web').field('spec.selector', null).build(), [], []).state).toBe('ready');
    expect(inEndpoints(aService('web').field('spec.type', 'ExternalName').build(), [], []).state).toBe('ready');
  });

  test('a port names what no pod has: nobody waits for that', () => {
    const built = aService('web').ports(
      { name: 'web', port: 80, targetPort: 'http' },
      { name: 'metrics', port: 9090, targetPort: 'metrics' },
    );
    const slice = aSliceOf('web', a).ports({ name: 'web', port: 8080, protocol: 'TCP' });
    expect(inEndpoints(built.build(), [slice.build()], [a]).state).toBe('ready');
  });

  test('it has no ports', () => {
    expect(inEndpoints(aService('web').ports().build(), [aSliceOf('web', a).ports().build()], [a]).state).toBe('ready');
  });
});

describe('requests do not reach it yet while', () => {
  test('a ready pod is missing, and the text says how many', () => {
    expect(inEndpoints(service, [aSliceOf('web', a).build()], [a, b])).toEqual({
      state: 'waiting',
      text: 'Service web: 1 of 2 ready pods not yet among its endpoints',
      hint: expect.stringContaining('each targetPort of Service web'),
    });
  });

  test('there is no ready pod at all', () => {
    expect(inEndpoints(service, [aSliceOf('web').build()], [aPod('web-c').notReady().build()])).toEqual({
      state: 'waiting',
      text: 'Service web: none of its 1 pod is ready',
    });
  });

  test.each([
    ['the endpoint is not ready', aSliceOf('web').listing(false, a)],
    ['the slice is another Service’s', aSliceOf('web-canary', a)],
    ['the slice is in another namespace', aSliceOf('web', a).namespace('other')],
    ['the endpoint is an earlier pod by the same name', aSliceOf('web', aPod('web-a').uid('earlier').build())],
    ['the slice has the old port', aSliceOf('web', a).ports({ name: '', port: 9999, protocol: 'TCP' })],
    ['the slice has the port under an old name', aSliceOf('web', a).ports({ name: 'old', port: 8080, protocol: 'TCP' })],
  ])('%s', (_, slice) => {
    expect(inEndpoints(service, [slice.build()], [a]).state).toBe('waiting');
  });

  test('it has no ports and the pod is not listed', () => {
    expect(inEndpoints(aService('web').ports().build(), [aSliceOf('web', b).build()], [a]).state).toBe('waiting');
  });

  test('one of its ports is not led there', () => {
    const built = aService('web').ports({ name: 'web', port: 80, targetPort: 'http' }, { name: 'admin', port: 81, targetPort: 8081 });
    const slice = aSliceOf('web', a).ports({ name: 'web', port: 8080, protocol: 'TCP' });
    expect(inEndpoints(built.build(), [slice.build()], [a]).state).toBe('waiting');
  });
});
