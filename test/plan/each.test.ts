/** A run of several workloads is refused once, for all of them. */
import { expect, test } from '@jest/globals';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const names = ['web', 'api', 'db', 'cache', 'queue', 'mail'];

/** What a deploy of these says, of which the first have a claim that two versions cannot share. */
function refusal(count: number, claiming: number): unknown {
  const stable = names.slice(0, count).map((name, i) => {
    const one = aDeployment(name);
    return i < claiming ? one.field('spec.strategy', { type: 'Recreate' }).field('spec.template.spec.volumes', [volume]) : one;
  });
  const services = names.slice(0, count).map(name => aService(name).build());
  const request = aRequest({ files: [...stable.map(each => each.image('app:2').build()), ...services] });
  try {
    return prepare(request, seenBy(request, aLive(...stable.map(each => each.build()), ...services, claim)), 'deploy').plan.length;
  } catch (error) {
    return error;
  }
}

const volume = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const claim = anObject('v1', 'PersistentVolumeClaim', 'data')
  .namespace('demo')
  .field('spec', { accessModes: ['ReadWriteOnce'] })
  .build();

test('every workload that cannot have a canary is named, and what to do is said once', () => {
  const error = refusal(3, 2) as Error & { readonly hint: string };
  expect(error).toMatchObject({ code: 'UNSUPPORTED' });
  expect(error.message.split('\n')).toEqual([
    expect.stringMatching(/^Deployment demo\/api: .* one volume$/),
    expect.stringMatching(/^Deployment demo\/web: .* one volume$/),
  ]);
  expect(error.hint).not.toContain('\n');
});

test('a long list is cut, and one that is fine is not refused', () => {
  expect((refusal(6, 6) as Error).message).toMatch(/\nand 1 more$/);
  expect(refusal(2, 0)).toBeGreaterThan(0);
});
