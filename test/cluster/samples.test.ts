import { expect } from '@jest/globals';
import { at, pipeline } from '../samples/pipeline.ts';
import { expectNoTrace, succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { live } from './lab/kubectl.ts';
import { describeOnLab } from './lab/lab.ts';
import { azurePipelineStep, githubPipelineStep } from './lab/pipeline.ts';
import { expectPromoted, prepared, variables } from './lab/samples.ts';
import { snapshot } from './lab/snapshot.ts';
import { azureStep } from './lab/step.ts';

describeOnLab('the samples', () => {
  fact('Azure stages: Reject after an increment takes it back', async () => {
    const scene = await prepared();
    const before = await snapshot(scene);
    const { stages } = await pipeline('samples/azure-pipelines/canary-stages.yml');
    const steps = (index: number) => at(stages, `${index}.jobs.0.strategy.runOnce.deploy.steps`);
    succeeded(await azurePipelineStep(scene, steps(0), variables(scene)));
    expect(succeeded(await azurePipelineStep(scene, steps(3), variables(scene))).outputs).toMatchObject({ status: 'rejected' });
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('Azure canary strategy: the increments, then promote', async () => {
    const scene = await prepared();
    const job = at(await pipeline('samples/azure-pipelines/canary-strategy.yml'), 'jobs.0.strategy.canary');
    for (const increment of at(job, 'increments') as readonly number[]) {
      const values = { ...variables(scene), 'strategy.action': 'deploy', 'strategy.increment': String(increment) };
      succeeded(await azurePipelineStep(scene, at(job, 'deploy.steps'), values));
    }
    expect(succeeded(await azurePipelineStep(scene, at(job, 'on.success.steps'), variables(scene))).outputs.status).toBe('promoted');
    await expectPromoted(scene);
  });

  fact('Azure canary strategy: on failure everything is taken back without files', async () => {
    const scene = await prepared();
    const before = await snapshot(scene);
    const job = at(await pipeline('samples/azure-pipelines/canary-strategy.yml'), 'jobs.0.strategy.canary');
    const values = { ...variables(scene), 'strategy.action': 'deploy', 'strategy.increment': '10' };
    succeeded(await azurePipelineStep(scene, at(job, 'deploy.steps'), values));
    succeeded(await azurePipelineStep(scene, at(job, 'on.failure.steps'), variables(scene)));
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('GitHub: a job per increment, then promote; reject runs unless promote succeeded', async () => {
    const scene = await prepared();
    const file = await pipeline('samples/github/canary.yml');
    const values = { 'env.NAMESPACE': scene.namespace, 'env.IMAGE': String(at(file, 'env.IMAGE')), 'github.sha': 'v2' };
    const step = (job: string) => githubPipelineStep(scene, at(file, `jobs.${job}.steps`), values);
    expect(succeeded(await step('canary-10')).outputs).toMatchObject({ status: 'deployed', 'canary-share': '5' });
    expect(succeeded(await step('canary-25')).summary).toMatch(/example\/web:v2/);
    expect(succeeded(await step('promote')).outputs.status).toBe('promoted');
    await expectPromoted(scene);
    succeeded(await step('reject'));
    await expectPromoted(scene);
    expect(at(file, 'jobs.reject')).toMatchObject({
      if: "always() && needs.promote.result != 'success'",
      needs: ['canary-10', 'canary-25', 'promote'],
    });
    expect(at(file, 'concurrency')).toMatchObject({ 'cancel-in-progress': false });
  });

  fact('GitHub: reject after an increment takes it back', async () => {
    const scene = await prepared();
    const before = await snapshot(scene);
    const file = await pipeline('samples/github/canary.yml');
    const values = { 'env.NAMESPACE': scene.namespace, 'env.IMAGE': 'example/web:v2' };
    succeeded(await githubPipelineStep(scene, at(file, 'jobs.canary-10.steps'), values));
    expect(succeeded(await githubPipelineStep(scene, at(file, 'jobs.reject.steps'), values)).outputs.status).toBe('rejected');
    expect(await snapshot(scene)).toEqual(before);
  });

  fact('the step as it is published everywhere works without a connection input', async () => {
    const scene = await prepared();
    const published = {
      connectionType: '',
      action: 'deploy',
      namespace: scene.namespace,
      strategy: 'canary',
      percentage: '10',
      trafficSplitMethod: 'smi',
      baselineAndCanaryReplicas: '1',
      manifests: 'samples/manifests/web/*.yaml',
      containers: '"example/web:v2"\n',
    };
    succeeded(await azureStep(scene, published));
    expect(JSON.stringify(await live(scene.namespace, 'deployment', 'web-canary'))).toContain('example/web:v2');
    succeeded(await azureStep(scene, { ...published, action: 'reject', percentage: '$(strategy.increment)' }));
    await expectNoTrace(scene);
  });
});
