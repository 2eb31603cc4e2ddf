/** What the ends of actions and `status` tell of a world, on the simulated cluster. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { status } from '../../src/actions/status.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Outcome } from '../../src/model/event.ts';
import { statusTree } from '../../src/report/status.ts';
import { lines } from '../../src/report/text.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { contractApi } from '../contract/api.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { type Ending, perform } from '../stage/act.ts';
import { ownStage } from '../stage/own-stage.ts';
import { applyAsUser } from '../stage/user.ts';

const here = ownStage();

let namespace = '';
beforeEach(async () => {
  namespace = await here.fresh('told');
  await applyAsUser(contractApi(here.stage.simulation, namespace), [...web('v1'), gatewayRoute]);
});

const steps: string[] = [];
const notices: string[] = [];
beforeEach(() => void steps.splice(0));

const act = (inputs: RawInputs, version: string | null, timeoutSeconds = 20): Promise<Ending> =>
  perform(
    { inputs: { 'traffic-split-method': 'gateway-api', ...inputs }, files: version === null ? [] : web(version), timeoutSeconds },
    {
      kubeconfig: here.stage.simulation.kubeconfig,
      namespace,
      onEvent: event => {
        if (event.type === 'planned') steps.push(...event.steps.map(({ text }) => text));
        if (event.type === 'notice') notices.push(event.text);
      },
    },
  );

/** What is said between the plan and the end of a deploy whose pods never get ready. */
async function failing(inputs: RawInputs): Promise<readonly string[]> {
  notices.splice(0);
  expect(await act(inputs, 'v1-unready', 4)).toMatchObject({ code: 'NOT_READY' });
  return [...notices];
}

const outcomeOf = (ending: Ending): Outcome | null => (ending?.type === 'outcome' ? ending.outcome : null);
const told = (ending: Ending): string => (ending ? lines(ending).map(({ text }) => text) : []).join('\n');
const shown = async (): Promise<string> =>
  statusTree(await status({ namespace, application: null }, here.cluster), namespace, strategyNamed).join('\n');

describe('an A/B test', () => {
  const ab: RawInputs = { action: 'deploy', strategy: 'ab', match: 'header x-beta=always' };

  test('is told with who gets the new version, in the plan, at the end and in status', async () => {
    const ending = await act(ab, 'v2');
    expect(steps.filter(text => text.includes('requests with header x-beta=always to canary'))).toHaveLength(1);
    expect(told(ending)).toContain('canary 0 %, and requests with header x-beta=always');
    expect(await shown()).toContain('0 % of the requests, and requests with header x-beta=always');
  });

  test('is told so by a dry run too', async () => {
    expect(told(await act({ ...ab, 'dry-run': 'true' }, 'v2'))).toContain('canary 0 %, and requests with header x-beta=always');
  });

  test('that failed is no retreat to its user', async () => {
    expect(await act(ab, 'v2-unready', 4)).toMatchObject({ code: 'NOT_READY' });
    expect(await shown()).toContain('deploy failed; all requests are on stable. Deploy again, or reject.');
  });
});

test('a canary whose image is not there is shown by status with the reason, as what waiting does not mend', async () => {
  const deploy: RawInputs = { action: 'deploy', strategy: 'canary', percentage: '20' };
  expect(await act(deploy, 'v2-badpull', 4)).toMatchObject({ code: 'NOT_READY' });
  const views = await status({ namespace, application: null }, here.cluster);
  const variants = views.flatMap(view => ('variants' in view ? view.variants : []));
  expect(variants.find(({ role }) => role === 'canary')).toMatchObject({ failed: true, reason: expect.stringMatching(/Image|Pull/) });
  expect(variants.find(({ role }) => role === 'stable')).not.toHaveProperty('reason');
  expect(await shown()).toMatch(/\n {5}failed: pod web-canary-.*Pull/);
});

test('a blue-green that was switched has all the requests', async () => {
  const ending = await act({ action: 'deploy', strategy: 'blue-green', percentage: '100' }, 'v2');
  expect(told(ending)).toContain('Deployed.\nThe new version has all the requests.');
});

test('a reject with nothing open says so in one line, and how a deploy in place is taken back', async () => {
  const ending = await act({ action: 'reject' }, null);
  expect(outcomeOf(ending)).toMatchObject({ status: 'unchanged' });
  expect(told(ending)).toBe(
    `Nothing is open in namespace ${namespace}. To take back a deploy in place, set its strategy (none, recreate) and its manifests; to look elsewhere, set the input namespace.`,
  );
});

test('a first release is told once', async () => {
  await here.cluster.remove({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
  const text = told(await act({ action: 'deploy', strategy: 'canary', percentage: '20' }, 'v1'));
  expect(text).toMatch(/^First release: nothing ran before/);
  expect(text.match(/nothing ran before/gi)).toHaveLength(1);
});

describe('a first release that does not get ready', () => {
  const deploy: RawInputs = { action: 'deploy', strategy: 'canary', percentage: '20' };
  beforeEach(() => here.cluster.remove({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' }));

  test('is told as what nothing ran before: there is no traffic to give back, and a reject removes it', async () => {
    const notices = await failing(deploy);
    expect(notices[0]).not.toContain('stable');
    expect(notices.at(-1)).toBe('Nothing ran before; run reject to remove what was applied.');
    expect(told(await act({ action: 'reject' }, null))).toBe('Rejected: nothing of the new version runs, and there was no old one.');
  });

  test('and is rejected on failure has nothing left that a reject could remove', async () => {
    const notices = await failing({ ...deploy, 'on-failure': 'reject' });
    expect(notices.at(-1)).toBe('Rejected: nothing of the new version runs, and there was no old one.');
  });

  test('and was mended by hand is left by a reject, which says so', async () => {
    await failing(deploy);
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    const mended = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/web:v1' } as const;
    await here.cluster.patch(ref, [mended], { manager: 'kubectl-edit' });
    for await (const [web] of here.cluster.watch(ref, AbortSignal.timeout(5000))) if (web?.status?.readyReplicas === 3) break;
    const text = told(await act({ action: 'reject' }, null));
    expect(text).toContain(
      `Rejected: a first release that became ready keeps running, Deployment ${namespace}/web.\nWith delete-first-release: true`,
    );
  });
});
