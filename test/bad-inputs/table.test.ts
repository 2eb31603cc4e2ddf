/** Bad inputs as data: each is refused by name before any cluster is asked, in words and not with a stack. */
import { describe, expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { RolloutError } from '../../src/errors.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { load } from '../../src/manifests/load.ts';
import { badFiles } from './files.ts';
import { badInputs } from './inputs.ts';
import { badKubeconfigs } from './kubeconfigs.ts';
import { badRecords } from './records.ts';

async function refusalOf(work: () => unknown): Promise<RolloutError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RolloutError) return error;
    throw error;
  }
  throw new Error('was taken');
}

test('the table is long enough to stand for the kinds', () => {
  expect(badFiles.length + badInputs.length + badKubeconfigs.length + badRecords.length).toBeGreaterThan(400);
});

describe('a file', () => {
  test.each(badFiles)('with %s is refused with its place', async (_, text, names) => {
    const page: typeof fetch = async () => new Response(text);
    const error = await refusalOf(() => load(['https://files.example/web.yaml'], { cwd: '.', fetch: page }));
    expect([error.code, error.message]).toEqual(['INVALID_MANIFEST', expect.stringMatching(names)]);
    expect(error.message).not.toMatch(/\n {4}at /);
  });
});

describe('an input', () => {
  const base = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20', manifests: 'web.yaml' };
  test.each(badInputs)('%s: %s is refused by its name', async (name, value) => {
    const error = await refusalOf(() => parseInputs({ ...base, [name]: value }, 'github'));
    expect([error.code, error.message]).toEqual(['INVALID_INPUT', expect.stringContaining(name)]);
  });
});

describe('a kubeconfig', () => {
  test.each(badKubeconfigs)('with %s is refused as such', async (_, kubeconfig) => {
    const given = { kubeconfig, context: null, skipTlsVerify: false, environment: {}, onSecret: () => undefined };
    const error = await refusalOf(async () => await (await connect(given)).close());
    expect(error.code).toBe('INVALID_KUBECONFIG');
  });
});

describe('a record', () => {
  test.each(badRecords)('whose %s is %s cannot be read, and is told by the field', (path, _, read) => {
    expect(read()).toEqual({ state: 'broken', why: expect.stringContaining(path) });
  });
});
