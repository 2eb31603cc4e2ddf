import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runBundle } from '../bundle.ts';
import { forbiddingServer, kubeconfigFor } from '../fakes/api-server.ts';
import { stepWorkspace } from '../fakes/workspace.ts';

test.each(['deploy', 'promote'])('%s refuses an image that no container of the files has, and contacts nothing', async action => {
  const server = await forbiddingServer();
  const file = join(await stepWorkspace(), 'web.json');
  const given = ['--images', 'wbe:v2', '--kubeconfig', kubeconfigFor(server.url, 'abcdef')];
  const ended = await runBundle('cli', { args: [action, file, '--strategy', 'none', ...given] });
  const words = 'Error: INVALID_INPUT: images: wbe:v2 matches no container in the files; they have web\n';
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining(words) });
  expect(server.asked).toEqual([]);
  await server.close();
});
