import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../src/inputs/parse.ts';
import { faults, inputs } from './parsed.ts';

const canary = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20', manifests: 'web.yaml' };

describe('the step as it is published everywhere', () => {
  const published = {
    ACTION: 'deploy',
    PERCENTAGE: '20',
    STRATEGY: 'canary',
    TRAFFICSPLITMETHOD: 'smi',
    BASELINEANDCANARYREPLICAS: '1',
    MANIFESTS: 'manifests/*',
    CONTAINERS: '"registry.example/web:42"\r\n  "registry.example/api:42"  \r\n',
    IMAGEPULLSECRETS: 'pull-secret',
  };

  test('runs with the name changed, without naming a connection', () => {
    expect(parseInputs(published, 'azure')).toEqual({
      inputs: expect.objectContaining({
        action: 'deploy',
        strategy: 'canary',
        router: ['smi'],
        percentage: 20,
        variantReplicas: 1,
        manifests: ['manifests/*'],
        images: ['registry.example/web:42', 'registry.example/api:42'],
        imagePullSecrets: ['pull-secret'],
      }),
      warnings: [],
    });
  });

  test.each(['promote', 'reject'])('%s ignores a percentage that the agent did not expand', action => {
    const { inputs, warnings } = parseInputs({ ...published, ACTION: action, PERCENTAGE: '$(strategy.increment)' }, 'azure');
    expect(inputs).toMatchObject({ action, percentage: null });
    expect(warnings).toEqual([]);
  });

  test('a deploy does not ignore it', () => {
    expect(faults({ ...published, PERCENTAGE: '$(strategy.increment)' }, 'azure')).toEqual([
      expect.stringMatching(/^percentage: "\$\(strategy\.increment\)" was not expanded.*deployment job with `strategy: canary`/),
    ]);
  });

  test('an action that was not expanded says where the agent would have done so', () => {
    expect(faults({ ...published, ACTION: '$(strategy.action)' }, 'azure')).toEqual([
      expect.stringMatching(/^action: "\$\(strategy\.action\)" was not expanded: .*deployment job/),
    ]);
  });
});

describe('a deploy of Azure/k8s-deploy with the name changed', () => {
  test('is a plain rolling deploy unless told otherwise, by either of its names', () => {
    expect(inputs({ manifests: 'web.yaml' }).strategy).toBe('none');
    for (const strategy of ['basic', 'none']) expect(inputs({ manifests: 'web.yaml', strategy }).strategy).toBe('none');
  });

  test('splits by pods when no method is given', () => {
    expect(inputs({ ...canary, 'traffic-split-method': '' }).router).toEqual(['pod']);
  });

  test.each([
    ['5', 300],
    ['90s', 90],
    ['10m', 600],
    ['1h', 3600],
    ['1h30m', 5400],
    ['0', 600],
    ['', 600],
  ])('timeout "%s" is %i seconds', (timeout, timeoutSeconds) => {
    expect(inputs({ ...canary, timeout })).toMatchObject({ timeoutSeconds });
  });

  test('what changes nothing is a warning with what to do, what would change something an error', () => {
    const theirs = { force: 'false', 'private-cluster': 'false', 'annotate-namespace': 'true', token: 'ghs_secret' };
    const { warnings } = parseInputs({ ...canary, ...theirs }, 'github');
    expect(warnings.map(text => text.split(':')[0])).toEqual(['force', 'private-cluster', 'annotate-namespace', 'token']);
    expect(warnings.join()).not.toContain('ghs_secret');
    expect(faults({ ...canary, force: 'true', 'private-cluster': 'true' })).toEqual([
      expect.stringContaining('force-conflicts: true'),
      expect.stringMatching(/^private-cluster: .*directly/),
    ]);
  });
});

describe('faults', () => {
  test('are told all together, each on a line with name, value and what is allowed', () => {
    const wrong = { ...canary, strategy: 'canery', percentage: '101', drain: 'soon', baseline: 'yes', namespace: 'Demo', manifests: '' };
    expect(faults(wrong)).toEqual([
      expect.stringMatching(/^strategy: "canery" is not allowed; allowed: canary, .*, none, basic, rolling, ramped, /),
      expect.stringMatching(/^percentage: "101" .*0 to 100/),
      expect.stringMatching(/^baseline: "yes" .*true or false/),
      expect.stringMatching(/^manifests: deploy needs it/),
      expect.stringMatching(/^namespace: "Demo" /),
      expect.stringMatching(/^drain: "soon" .*90s/),
    ]);
  });

  test.each([
    ['github', "Correct it and run the step again; nothing was contacted or changed. docs/reference.md in the action's repository"],
    ['azure', 'Correct it and run the step again; nothing was contacted or changed.'],
    ['terminal', 'Correct it and run the command again; nothing was contacted or changed. --help behind the command'],
  ] as const)('one of them on %s is told as one, and where to read on is there', (dialect, hint) => {
    const wrong = () => parseInputs(dialect === 'azure' ? { MANIFESTS: 'x', DRAIN: 'x' } : { manifests: 'x', drain: 'x' }, dialect);
    expect(wrong).toThrow(expect.objectContaining({ hint: expect.stringMatching(`^${hint.replaceAll('.', '\\.')}`) }));
  });

  test('name inputs as the platform spells them', () => {
    expect(
      faults({ MANIFESTS: 'x', BASELINEANDCANARYREPLICAS: 'many', ROLLOUTSTATUSTIMEOUT: 'x', TRAFFICDELAY: 'x' }, 'azure').map(nameOf),
    ).toEqual(['baselineAndCanaryReplicas', 'rolloutStatusTimeout', 'trafficDelay']);
    expect(faults({ ...canary, drain: 'x' }, 'terminal').map(nameOf)).toEqual(['--drain']);
  });

  test('of a wrong action do not hide those of the other inputs', () => {
    expect(faults({ ...canary, action: 'depoly', drain: 'x' }).map(nameOf)).toEqual(['action', 'drain']);
  });

  test('of a wrong action bring none of an action that was not asked for', () => {
    expect(faults({ action: 'promot' }).map(nameOf)).toEqual(['action']);
    expect(faults({ ACTION: 'create' }, 'azure').map(nameOf)).toEqual(['action']);
    expect(faults({ action: 'promot', strategy: 'ab', percentage: '20' }).map(nameOf)).toEqual(['action']);
  });

  test('a macro that was not expanded is one in every input that is used', () => {
    expect(
      faults({ ...canary, images: 'web:$(Build.BuildId)', namespace: `$${'{{ inputs.x }}'}`, manifests: '$(files)/web.yaml' }).map(nameOf),
    ).toEqual(['manifests', 'images', 'namespace']);
  });

  test('a percentage without strategy would deploy to everybody, so it is one', () => {
    expect(faults({ manifests: 'web.yaml', percentage: '20' })).toEqual([
      expect.stringMatching(/^percentage: 20 is given without a strategy/),
    ]);
  });

  test('0 % by pods cannot be', () => {
    const byPods = { ...canary, 'traffic-split-method': 'pod' };
    expect(faults({ ...byPods, percentage: '0' })).toHaveLength(1);
    expect(faults({ ...byPods, percentage: '' })).toHaveLength(1);
    expect(faults({ ...byPods, percentage: 'abc' })).toEqual([expect.stringContaining('"abc"')]);
    expect(faults({ ...byPods, percentage: '25' })).toEqual([]);
  });

  test('two names of one input with different values are one', () => {
    expect(faults({ ...canary, images: 'a:1', containers: 'b:1' })).toEqual([
      expect.stringContaining('images and containers mean the same'),
    ]);
    expect(faults({ ...canary, containers: 'b:1' })).toEqual([]);
  });

  test('are not looked for in the text of a kubeconfig, which may hold anything', () => {
    expect(inputs({ ...canary, kubeconfig: 'command: $(tool)' }).kubeconfig).toBe('command: $(tool)');
  });
});

test('an action is understood in any case', () => {
  expect(inputs({ action: 'Promote' }).action).toBe('promote');
});

test('promote and reject need no files and take what is open', () => {
  expect(inputs({ action: 'promote' })).toMatchObject({ manifests: [], strategy: 'canary', percentage: null });
  expect(inputs({ action: 'reject' })).toMatchObject({ manifests: [], strategy: 'canary', percentage: null });
});

test('the defaults are those of the reference', () => {
  expect(inputs(canary)).toEqual({
    action: 'deploy',
    strategy: 'canary',
    router: ['smi'],
    percentage: 20,
    baseline: true,
    canaryNodes: null,
    variantReplicas: null,
    steps: [],
    intervalSeconds: 0,
    match: [],
    mirrorPercentage: 100,
    affinity: 'none',
    pods: 'added',
    soakSeconds: 0,
    metrics: [],
    compares: [],
    judge: 'strict',
    onInconclusive: 'fail',
    soakLimitSeconds: 0,
    metricsPort: null,
    metricsPath: null,
    switchDelaySeconds: 0,
    surge: null,
    unavailable: null,
    variantName: null,
    allowRestart: false,
    mirrorImage: null,
    script: null,
    scriptCan: ['weight'],
    manifests: ['web.yaml'],
    images: [],
    helm: { values: [], sets: [], release: null, hooks: 'refuse' },
    holdSeconds: 0,
    imagePullSecrets: [],
    namespace: null,
    application: null,
    workloads: [],
    prune: false,
    adopt: false,
    toRevision: null,
    olderThanSeconds: 86_400,
    namespaces: [],
    timeoutSeconds: 600,
    trafficDelaySeconds: null,
    drainSeconds: 10,
    comment: false,
    githubToken: null,
    dryRun: false,
    reports: [],
    notify: null,
    notifyFormat: null,
    onFailure: 'keep',
    onCancel: 'keep',
    onOpen: 'refuse',
    measures: [],
    prometheus: null,
    webHeaders: [],
    rejectAny: false,
    deleteFirstRelease: false,
    shrinkStable: false,
    isolation: 'labels',
    acceptAnalysis: 'passed',
    probes: [],
    acceptStableChange: false,
    allowUnhealthyStable: false,
    forceConflicts: false,
    missingPermissions: 'refuse',
    kubeconfig: null,
    context: null,
    skipTlsVerify: false,
  });
});

test('0 is a drain and a delay of its own, and no replicas of the variants', () => {
  const none = inputs({ ...canary, drain: '0', 'traffic-delay': '0s', 'baseline-and-canary-replicas': '0' });
  expect(none).toMatchObject({ drainSeconds: 0, trafficDelaySeconds: 0, variantReplicas: null });
});

const nameOf = (fault: string): string | undefined => fault.split(':')[0];
