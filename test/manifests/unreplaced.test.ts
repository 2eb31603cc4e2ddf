import { expect, test } from '@jest/globals';
import { load } from '../../src/manifests/load.ts';
import { inWorkspace } from './workspace.ts';

async function remarks(yaml: string): Promise<readonly string[]> {
  const manifests = await inWorkspace({ 'web.yaml': yaml }, cwd => load(['web.yaml'], { cwd, fetch }));
  return manifests.flatMap(({ unreplaced = [] }) => unreplaced);
}

const head = (kind: string, apiVersion = 'v1') => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: web\n`;
const workload = (value: string) =>
  `${head('Deployment', 'apps/v1')}spec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: app:1\n          env:\n            - name: COLOR\n              value: "${value}"\n`;

test.each([
  ['#{Color}#', '#{Color}#'],
  ['{{ .Values.color }}', '{{ .Values.color }}'],
  ['a \u0024{{ variables.color }}', '\u0024{{ variables.color }}'],
])('a token that nothing has replaced is told with its place: %s', async (value, token) => {
  expect(await remarks(workload(value))).toEqual([
    `web.yaml:13: spec.template.spec.containers[0].env[0].value still contains ${token}, which was not replaced.`,
  ]);
});

test.each([
  ['a variable of Kubernetes', workload('$(COLOR)')],
  ['an alert', `${head('PrometheusRule', 'monitoring.coreos.com/v1')}spec:\n  summary: "{{ $labels.pod }}"\n`],
  ['configuration that is a template itself', `${head('ConfigMap')}data:\n  page: "<b>{{ title }}</b>"\n`],
])('what is written for another reader is none: %s', async (_, yaml) => {
  expect(await remarks(yaml)).toEqual([]);
});

test('a token of Azure Pipelines is one also in configuration', async () => {
  expect(await remarks(`${head('ConfigMap')}data:\n  url: "https://#{Host}#/"\n`)).toEqual([
    'web.yaml:6: data.url still contains #{Host}#, which was not replaced.',
  ]);
});
