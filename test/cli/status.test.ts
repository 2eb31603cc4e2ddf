import { expect, test } from '@jest/globals';
import { parseArguments } from '../../cli/arguments.ts';
import { terminal } from '../../cli/platform.ts';
import { asJson, showStatus } from '../../cli/status.ts';
import { ourLabels } from '../../src/manifests/names.ts';
import { simulate } from '../../src/simulation/index.ts';
import { send } from '../simulation/client.ts';

const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-rollout', labels: ourLabels('record', 'web') }, data: {} };

/** What `status --watch` prints over a cluster on which something is open when it begins, and nothing any more once it was shown. */
async function watched(colour: boolean): Promise<string> {
  const simulation = await simulate();
  try {
    const path = '/api/v1/namespaces/default/configmaps';
    await send(simulation, 'POST', path, record);
    const printed: string[] = [];
    const out = (text: string): void => {
      printed.push(text);
      if (text.includes('web-rollout')) void send(simulation, 'DELETE', `${path}/web-rollout`);
    };
    const streams = { out, err: out, colour, width: 80 };
    const given = parseArguments(['status', '-w', '--kubeconfig', simulation.kubeconfig]);
    expect(await showStatus(terminal(given, streams, '0.0.0'), given, streams)).toBe(0);
    return printed.join('\n');
  } finally {
    await simulation.close();
  }
}

test('status --watch shows what has changed, and ends when nothing is open any more', async () => {
  expect(await watched(false)).toMatch(
    /^ConfigMap default\/web-rollout cannot be read as the record of a rollout: .*\n\nNo rollout is open in namespace default.$/,
  );
});

test('status --watch draws over what a terminal shows, however many rows its lines take', async () => {
  const text = await watched(true);
  const [first = ''] = text.split('\n');
  expect(first.length).toBeGreaterThan(80);
  expect(text).toContain(`\n\u001b[${Math.ceil(first.length / 80) + 1}A\u001b[J\nNo rollout is open`);
});

test('status --watch as JSON prints what has changed, and nothing twice', () => {
  const printed: string[] = [];
  const show = asJson({ out: text => void printed.push(text) });
  const broken = { namespace: 'default', record: 'web-rollout', broken: 'no holder' };
  for (const views of [[broken], [{ ...broken }], []]) show({ views });
  expect(printed.map(text => JSON.parse(text))).toEqual([[broken], []]);
});

test('only status watches', () => {
  expect(parseArguments(['deploy', '--watch', 'web.yaml'])).toMatchObject({ watch: false, inputs: { watch: 'true' } });
});
