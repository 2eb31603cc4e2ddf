import { describe, expect, test } from '@jest/globals';
import { draining, isDraining } from '../../src/manifests/drain.ts';
import { templateHash, withoutDrain } from '../../src/manifests/template.ts';
import type { JsonObject } from '../../src/model/kube.ts';
import { aDeployment } from '../build/deployment.ts';

const hook = { preStop: { exec: { command: ['sleep', '5'] } } };
const templates: readonly (readonly [string, JsonObject])[] = [
  ['that says nothing', { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } }],
  [
    'with a grace period and annotations',
    {
      metadata: { annotations: { team: 'a' } },
      spec: { terminationGracePeriodSeconds: 60, containers: [{ name: 'web', lifecycle: { postStart: { exec: { command: ['true'] } } } }] },
    },
  ],
  ['of which one container has a hook', { metadata: {}, spec: { containers: [{ name: 'web', lifecycle: hook }, { name: 'side' }] } }],
];

describe('a template', () => {
  test.each(templates)('%s is the same behind the drain as before it, and bears the same name meanwhile', (_, template) => {
    const slow = draining(template, 10);
    expect(slow).not.toEqual(template);
    expect(withoutDrain(slow)).toEqual(template);
    expect(templateHash(slow)).toBe(templateHash(template));
  });

  test('sleeps for whole seconds, and keeps the whole of its grace period behind that', () => {
    expect(draining({ metadata: {}, spec: { containers: [{ name: 'web' }] } }, 1.5).spec).toEqual({
      terminationGracePeriodSeconds: 32,
      containers: [{ name: 'web', lifecycle: { preStop: { sleep: { seconds: 2 } } } }],
    });
  });

  test('keeps hooks of its own, and is left alone where all have one or nothing is to be drained', () => {
    const own: JsonObject = { metadata: {}, spec: { containers: [{ name: 'web', lifecycle: hook }] } };
    expect(draining(own, 10)).toBe(own);
    expect(draining({ spec: { containers: [{ name: 'web' }] } }, 0)).toEqual({ spec: { containers: [{ name: 'web' }] } });
    expect(JSON.stringify(draining({ spec: { containers: [{ name: 'web', lifecycle: hook }, { name: 'side' }] } }, 10))).toContain('exec');
  });

  test('drains only where the API server has kept the field', () => {
    const draft = aDeployment('web').build();
    const slow = { ...draft, spec: { ...draft.spec, template: draining(draft.spec?.template as JsonObject, 10) } };
    expect(isDraining(slow)).toBe(true);
    expect(isDraining(draft)).toBe(false);
    expect(isDraining(JSON.parse(JSON.stringify(slow).replace('"sleep":{"seconds":10}', '')))).toBe(false);
  });
});
