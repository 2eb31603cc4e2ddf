/** The folder that a platform runs a step in. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder with a Deployment of no namespace in `web.json`. */
export async function stepWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'rollout-step-'));
  await writeFile(join(workspace, 'web.json'), JSON.stringify(deployment));
  return workspace;
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};
