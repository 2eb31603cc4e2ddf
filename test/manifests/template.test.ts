import { describe, expect, test } from '@jest/globals';
import { isSameTemplate, labelsOf, templateHash, templateOf, withoutMirror } from '../../src/manifests/template.ts';
import type { JsonObject } from '../../src/model/kube.ts';
import { aDeployment } from '../build/deployment.ts';

const template = templateOf(aDeployment('web').build());

function annotated(annotations: Readonly<Record<string, string>>): JsonObject {
  return { ...template, metadata: { labels: { app: 'web' }, annotations } };
}

function withContainers(...names: readonly string[]): JsonObject {
  return { ...template, spec: { containers: names.map(name => ({ name, image: 'app:1' })) } };
}

describe('two pod templates are the same', () => {
  test('when only `kubectl rollout restart` is between them', () => {
    expect(isSameTemplate(template, annotated({ 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' }))).toBe(true);
  });

  test('when the API server has noted a creation time of null', () => {
    expect(isSameTemplate(template, { ...template, metadata: { labels: { app: 'web' }, creationTimestamp: null } })).toBe(true);
  });

  test('when a container of ours copies requests in one of them', () => {
    expect(isSameTemplate(withContainers('web'), withContainers('web', 'rollout-mirror', 'rollout-mirror-8081'))).toBe(true);
  });
});

test.each([
  ['an annotation', annotated({ checksum: '1' })],
  ['a label', { ...template, metadata: { labels: { app: 'web', tier: 'front' } } }],
  ['a container of another name', withContainers('web', 'rollout-mirrors')],
])('two pod templates differ in %s', (_what, other) => {
  expect(templateHash(other)).not.toBe(templateHash(template));
});

test('a template without a container of ours is handed on as it is', () => {
  expect(withoutMirror(template)).toBe(template);
});

test('an object without a pod template has an empty one, without labels', () => {
  const empty = templateOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } });
  expect([empty, labelsOf(empty)]).toEqual([{}, {}]);
});
