import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { addPullSecrets, imagesOf, repositoryOf, substituteImages, unmatchedText } from '../../src/manifests/images.ts';
import { podTemplate } from '../../src/manifests/workloads.ts';
import type { Json, JsonObject, KubeObject } from '../../src/model/kube.ts';
import type { Manifest } from '../../src/model/request.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

function object(apiVersion: string, kind: string, spec: JsonObject): KubeObject {
  return { apiVersion, kind, metadata: { name: 'web' }, spec };
}

function deployment(...images: readonly string[]): KubeObject {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return object('apps/v1', 'Deployment', { template: { spec: { containers } } });
}

const from = (...objects: readonly KubeObject[]): readonly Manifest[] =>
  objects.map((one, index) => ({ object: one, from: `web.yaml:${index + 1}` }));
const substituted = (image: string, ...images: readonly string[]) => {
  const { manifests, unmatched } = substituteImages(from(deployment(image)), images);
  return { image: manifests.flatMap(manifest => imagesOf(manifest.object))[0], unmatched };
};

function refusal(act: () => unknown): RolloutError {
  try {
    act();
  } catch (error) {
    if (error instanceof RolloutError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an image is found by its repository', () => {
  test.each([
    ['app', 'app:2'],
    ['app:1', 'app:2'],
    ['host:5000/app:1.2', 'host:5000/app:2'],
    ['host:5000/team/app', 'host:5000/team/app:2'],
    [`registry.example.com/app:1@${digest}`, 'registry.example.com/app:2'],
    ['registry.example.com/app:1', `registry.example.com/app:2@${digest}`],
    ['app:$(Build.BuildId)', 'app:7'],
    ['app:#{tag}#', 'app:7'],
    ['docker.io/library/nginx:1', 'nginx:2'],
    ['nginx:1', 'docker.io/library/nginx:2'],
  ])('%s becomes %s', (before, after) => {
    expect(substituted(before, after)).toEqual({ image: after, unmatched: [] });
  });

  test.each([
    ['my-app:1', 'app:2'],
    ['app-sidecar:1', 'app:2'],
    ['host:5000/app:1', 'host:5001/app:2'],
    ['registry.example.com/app:1', 'app:2'],
    ['team/app:1', 'app:2'],
  ])('%s is not meant by %s, which is told', (before, after) => {
    expect(substituted(before, after)).toEqual({ image: before, unmatched: [after] });
  });

  test('the other spelling of Docker Hub is left alone when the very text is there', () => {
    const { manifests } = substituteImages(from(deployment('nginx:1', 'docker.io/library/nginx:1')), ['nginx:2']);
    expect(manifests.flatMap(manifest => imagesOf(manifest.object))).toEqual(['nginx:2', 'docker.io/library/nginx:1']);
  });

  test('lines come with quotes, spaces and Windows ends', () => {
    const { manifests, unmatched } = substituteImages(from(deployment('a:1', 'b:1', 'c:1')), [' "a:2" \r\n\t\'b:2\'\r\n\r\n', 'c:2,a:2']);
    expect(manifests.flatMap(manifest => imagesOf(manifest.object))).toEqual(['a:2', 'b:2', 'c:2']);
    expect(unmatched).toEqual([]);
  });
});

describe('every place of a container', () => {
  const spec = (image: string): JsonObject => ({
    initContainers: [{ name: 'i', image }],
    containers: [{ name: 'c', image, env: [{ name: 'A', value: 'app:1' }] }],
    ephemeralContainers: [{ name: 'e', image }],
  });
  const within = (path: string, inner: Json): JsonObject => {
    const [key, ...rest] = path.split('.');
    return { [key ?? '']: rest.length === 0 ? inner : within(rest.join('.'), inner) };
  };

  test.each([
    ['v1', 'Pod', 'spec'],
    ['v1', 'ReplicationController', 'spec.template.spec'],
    ['v1', 'PodTemplate', 'template.spec'],
    ['apps/v1', 'Deployment', 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', 'spec.template.spec'],
    ['batch/v1', 'Job', 'spec.template.spec'],
    ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
  ])('of a %s %s', (apiVersion, kind, path) => {
    const make = (image: string): KubeObject => ({ apiVersion, kind, metadata: { name: 'web' }, ...within(path, spec(image)) });
    expect(substituteImages(from(make('app:1')), ['app:2']).manifests).toEqual(from(make('app:2')));
  });

  test('a kind by the name of a workload in another group is none', () => {
    const job = object('example.com/v1', 'Job', { template: { spec: { containers: [{ name: 'c', image: 'app:1' }] } } });
    expect(substituteImages(from(job), ['app:2'])).toEqual({ manifests: from(job), unmatched: ['app:2'] });
    expect(podTemplate(job)).toBeNull();
  });
});

describe('what is told of an image that no container has', () => {
  const told = (...images: readonly string[]) => unmatchedText(substituteImages(from(deployment('web:1')), images));

  test('has the whole name where a tag alone was given', () => {
    expect(told('v2')).toBe('images: v2 matches no container in the files; they have web (web:v2?)');
  });

  test('guesses nothing where it is a name, or several could be meant', () => {
    expect(told('wbe:v2')).toBe('images: wbe:v2 matches no container in the files; they have web');
    expect(unmatchedText(substituteImages(from(deployment('a:1', 'b:1')), ['v2']))).not.toContain('?');
  });
});

describe('what is refused', () => {
  test.each(['app: 2', 'app:', 'web/App:1', 'a b', ':2', 'app:1:2', 'app@sha256:12', `app:${'x'.repeat(129)}`])('%j is no image', entry => {
    expect(refusal(() => substituteImages(from(deployment('app:1')), [entry]))).toMatchObject({
      code: 'INVALID_INPUT',
      message: `"${entry}" is not an image reference`,
    });
  });

  test('a macro in an entry, with all other faults', () => {
    const error = refusal(() => substituteImages(from(deployment('app:1')), ['app:$(Build.BuildId)\nb:\nc:1\nc:2']));
    expect(error.message.split('\n')).toEqual([
      'The image app:$(Build.BuildId) still contains a macro that was not replaced',
      '"b:" is not an image reference',
      'The images c:1 and c:2 are two versions of one repository',
    ]);
  });

  test('a macro left in the files, with its place', () => {
    const error = refusal(() => substituteImages(from(deployment('a:1'), deployment('a:1', 'b:$(tag)')), ['a:2']));
    expect([error.code, error.message]).toEqual([
      'INVALID_MANIFEST',
      'web.yaml:2: Deployment web, container c1: the image b:$(tag) still contains a macro',
    ]);
  });
});

describe('pull secrets', () => {
  test('are added once, behind those that are there', () => {
    const spec = { containers: [], imagePullSecrets: [{ name: 'a' }] };
    const [manifest] = addPullSecrets(from(object('apps/v1', 'Deployment', { template: { spec } })), ['b', 'a', ' b ', '']);
    expect(manifest?.object.spec).toEqual({ template: { spec: { containers: [], imagePullSecrets: [{ name: 'a' }, { name: 'b' }] } } });
  });

  test('are added to pods and not to Services', () => {
    const service = object('v1', 'Service', { ports: [] });
    const [first, second] = addPullSecrets(from(object('v1', 'Pod', { containers: [] }), service), ['a']);
    expect(first?.object.spec).toEqual({ containers: [], imagePullSecrets: [{ name: 'a' }] });
    expect(second?.object).toEqual(service);
  });
});

test('what is given is never changed', () => {
  const manifests = from(deployment('app:1'));
  const before = structuredClone(manifests);
  addPullSecrets(substituteImages(manifests, ['app:2']).manifests, ['a']);
  expect(manifests).toEqual(before);
});

test('the repository of an image keeps the port of its registry', () => {
  expect(['host:5000/app', 'host:5000/app:1', `a/b:1@${digest}`].map(repositoryOf)).toEqual(['host:5000/app', 'host:5000/app', 'a/b']);
});
