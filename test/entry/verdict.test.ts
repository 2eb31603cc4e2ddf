import { expect, test } from '@jest/globals';
import { openDesk } from '../bad-inputs/step.ts';

test('an analysis of nothing has the verdict no-data, for the step behind it', async () => {
  const desk = await openDesk();
  try {
    const { code, outputs } = await desk.run({ inputs: { action: 'analyze', soak: '10s', strategy: '', percentage: '', manifests: '' } });
    expect([code, outputs]).toMatchObject([1, { status: 'failed', code: 'NO_DATA', verdict: 'no-data' }]);
    expect((await desk.run({ inputs: { percentage: '200' } })).outputs).not.toHaveProperty('verdict');
  } finally {
    await desk.close();
  }
});
