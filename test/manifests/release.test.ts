import { expect, test } from '@jest/globals';
import { release } from '../../src/manifests/release.ts';
import type { Manifest } from '../../src/model/request.ts';

const manifest = (name: string, value: string): Manifest => ({
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } },
  from: `${name}.yaml:1`,
});

test('a release has one name, whatever the order of its documents and the files they stand in', () => {
  const moved = { ...manifest('a', '1'), from: 'elsewhere.yaml:7' };
  expect(release([manifest('a', '1'), manifest('b', '2')])).toBe(release([manifest('b', '2'), moved]));
});

test('any changed value is another release', () => {
  expect(release([manifest('a', '1')])).not.toBe(release([manifest('a', '2')]));
  expect(release([manifest('a', '1')])).not.toBe(release([manifest('a', '1'), manifest('b', '1')]));
});
