import { expect, test } from '@jest/globals';
import { openOnlooker } from '../../../cli/demo/onlooker.ts';
import { play } from '../../../cli/demo/play.ts';
import { screenOn } from '../../../cli/demo/screen.ts';
import { fast } from '../../../cli/demo/tempo.ts';
import { openPlayground } from '../../../cli/playground/playground.ts';

test('loses no request on a cluster whose endpoints and routes take their time', async () => {
  // The machine's clock goes on while this process is not let run: the waits are far above what a loaded machine makes of 60 ms.
  const pace = { ...fast.pace, endpointsMilliseconds: 60, dataPlaneMilliseconds: 60, terminationMilliseconds: 5000 };
  const tempo = { ...fast, pace, trafficDelaySeconds: 0.5, drainSeconds: 0.5 };
  const playground = await openPlayground({ pace: tempo.pace });
  const screen = screenOn({ write: () => true });
  const onlooker = openOnlooker(playground.connected.cluster, null);
  try {
    const { sent, lost } = await play({ playground, onlooker, screen, tempo, signal: new AbortController().signal });
    expect([sent > 1000, lost]).toEqual([true, 0]);
  } finally {
    await onlooker.stop();
    await playground.close();
  }
});
