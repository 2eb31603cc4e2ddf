import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../src/model/plan.ts';
import type { Stage } from '../../src/model/stage.ts';
import { stageSteps } from '../../src/plan/order/steps.ts';
import { anOrder, aRecordView, aView, aWorkload, ourRoute } from '../build/view.ts';

/** Phases in short: "write canary v2 x2", "await canary ready". */
const spoken = (phases: readonly (readonly Step[])[]): readonly string[] => phases.map(phase => phase.map(inShort).join(', '));

function inShort(step: Step): string {
  switch (step.do) {
    case 'write':
      return `write ${step.role} ${step.template} x${step.replicas}`;
    case 'await':
      return `await ${step.role} ${step.what}`;
    case 'serve':
      return `serve ${step.role}`;
    case 'route':
      return `route ${JSON.stringify(step.route?.traffic.weights ?? null)}`;
    case 'delete':
      return `delete ${step.kind} ${step.role}`;
    case 'record':
      return `record ${step.record.stage}`;
    case 'wait':
      return `${step.standing ? 'standing ' : ''}${step.until ? `wait until ${step.until}` : 'wait'}`;
    case 'drain':
      return step.beside ? 'drain beside wait' : 'drain';
    case 'gate':
      return `gate ${step.gate.name}`;
    case 'end':
      return `end ${step.shadow}`;
    default:
      return step.do;
  }
}

const weights = { stable: 800, canary: 200 };
const opening: Stage = {
  name: '20%',
  variants: { stable: { source: 'keep' }, canary: { source: 'next', replicas: 2 } },
  traffic: { weights },
  gates: [{ name: 'route' }],
};
const closing: Stage = { name: 'end', variants: { stable: { source: 'keep' } }, traffic: 'original' };
const record = aRecordView();
const canary = aWorkload('v2', 2, { ours: true });
const open = aView({
  workloads: { stable: aWorkload('v1', 10), canary },
  services: ['stable', 'canary'],
  routes: { web: ourRoute(weights) },
  record,
});

describe('a stage that opens', () => {
  test('makes capacity before it is awaited, and awaits it before any request moves', () => {
    expect(spoken(stageSteps(opening, anOrder(), aView({ record: aRecordView({ stage: 'claimed' }) })))).toEqual([
      'record 20%',
      'write canary v2 x2',
      'serve stable, serve canary',
      'await stable ready',
      'await stable endpoints',
      'await canary ready, wait',
      'await canary endpoints',
      'route {"stable":1000,"canary":0}',
      'standing wait',
      'route {"stable":800,"canary":200}',
      'wait',
      'gate route',
    ]);
  });

  test('writes nothing where everything stands already', () => {
    expect(spoken(stageSteps(opening, anOrder(), open)).filter(text => /write|serve|route \{|delete|record/.test(text))).toEqual([]);
  });

  test('rolls a canary of another release, and awaits it before the gates', () => {
    const older = { ...open, workloads: { ...open.workloads, canary: aWorkload('v0', 2, { ours: true }) } };
    expect(spoken(stageSteps(opening, anOrder(), older)).slice(0, 2)).toEqual([
      'write canary v2 x2',
      'await stable ready, await canary ready',
    ]);
  });
});

describe('a stage that closes', () => {
  const steps = spoken(stageSteps(closing, anOrder({ action: 'reject' }), open));

  test('gives the requests back, lets them drain, and removes the variant last', () => {
    expect(steps.slice(-3)).toEqual(['wait until seen', 'drain', 'delete workload canary, delete service stable, delete service canary']);
    expect(steps.indexOf('route null')).toBeLessThan(steps.indexOf('drain'));
    expect(steps.indexOf('route null')).toBeGreaterThan(0);
  });

  test('gives requests in flight their time from when the last of them was taken away, and not from a write that moved none', () => {
    const users = { owner: 'user', traffic: { weights } } as const;
    const untouched = { owner: 'user', traffic: { weights: { stable: 1000 } } } as const;
    const original = {
      ...open,
      routes: { web: users },
      record: aRecordView({ originals: { ...record.originals, routes: { web: untouched } } }),
    };
    const back = spoken(stageSteps(closing, anOrder({ action: 'reject' }), original));
    expect(back.slice(-6)).toEqual([
      'standing wait until nothing',
      'route {"stable":1000,"canary":0}',
      'standing wait until nothing',
      'route {"stable":1000}',
      'drain beside wait',
      'delete workload canary, delete service stable, delete service canary',
    ]);
  });

  test('never waits for a refused route to be accepted where requests go back', () => {
    expect(steps.filter(text => text === 'wait')).toEqual([]);
  });

  test('drains nothing where nothing is removed', () => {
    expect(spoken(stageSteps({ ...opening, gates: [] }, anOrder(), open))).not.toContain('drain');
  });

  test('of who leaves while stable rolls waits for nothing, and removes it in the end', () => {
    const rolling: Stage = {
      name: 'replace-stable',
      variants: { stable: { source: 'next', replicas: 10 }, canary: { source: 'keep' } },
      traffic: 'unchanged',
      leaving: ['baseline'],
    };
    const workloads = { ...open.workloads, baseline: aWorkload('v1', 1, { ours: true }) };
    const beside = { ...open, workloads, services: ['stable', 'baseline', 'canary'] as const };
    const phases = stageSteps(rolling, anOrder({ action: 'promote' }), beside);
    expect(spoken(phases)).not.toContain('drain');
    const meanwhile = phases.flat().flatMap(step => (step.do === 'await' && step.what === 'ready' ? (step.leaving ?? []) : []));
    expect(spoken([meanwhile])).toEqual(['wait, drain, delete workload baseline, delete service baseline']);
    const named = { ...beside, routes: { web: ourRoute({ ...weights, baseline: 0 }) } };
    expect(JSON.stringify(stageSteps(rolling, anOrder({ action: 'promote' }), named))).not.toContain('leaving');
    expect(spoken(stageSteps(closing, anOrder({ action: 'promote' }), beside)).at(-1)).toContain('delete workload baseline');
  });

  test('leaves a Deployment alone that is not ours', () => {
    const foreign = { ...open, workloads: { ...open.workloads, canary: aWorkload('v2', 2) } };
    expect(spoken(stageSteps(closing, anOrder({ action: 'reject' }), foreign)).join()).not.toContain('delete workload');
  });

  test('ends the further versions that it does not name, and no other', () => {
    const shadows = { ...open, shadows: ['a', 'b'] };
    expect(spoken(stageSteps({ ...closing, others: ['b'] }, anOrder({ action: 'reject' }), shadows)).join()).toContain('end a');
    expect(spoken(stageSteps({ ...closing, others: ['b'] }, anOrder({ action: 'reject' }), shadows)).join()).not.toContain('end b');
  });
});

describe('where counts of pods are the split', () => {
  const order = anOrder({ routing: 'pods' });
  const smaller: Stage = {
    name: '50%',
    variants: { stable: { source: 'current', replicas: 5 }, canary: { source: 'next', replicas: 5 } },
    traffic: 'unchanged',
  };

  test('stable shrinks only when the canary is in the endpoints', () => {
    const steps = spoken(stageSteps(smaller, order, aView({ routes: {}, record })));
    expect(steps.indexOf('write stable v1 x5')).toBeGreaterThan(steps.findIndex(text => text.includes('await canary endpoints')));
    expect(steps.indexOf('write canary v2 x5')).toBeLessThan(steps.findIndex(text => text.includes('await canary ready')));
  });
});

test('where nothing may run twice the old pods are gone before the first new one starts', () => {
  const alone: Stage = { name: 'run', variants: { stable: { source: 'next', replicas: 10 } }, traffic: 'unchanged', alone: true };
  const steps = spoken(stageSteps(alone, anOrder({ routing: 'pods' }), aView({ routes: {}, record })));
  expect(steps.filter(text => /stable/.test(text)).slice(0, 4)).toEqual([
    'write stable v1 x0',
    'await stable gone',
    'write stable v2 x10',
    'await stable ready',
  ]);
});
