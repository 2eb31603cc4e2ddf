import { expect } from '@jest/globals';
import { at, pipeline } from '../samples/pipeline.ts';
import { succeeded } from './lab/expect.ts';
import { fact } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { azurePipelineStep } from './lab/pipeline.ts';
import { expectPromoted, prepared, variables } from './lab/samples.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';

describeOnLab('the samples under traffic', () => {
  fact('Azure stages: each gives its increment, Promote ends it, and Reject runs unless Promote succeeded', async () => {
    const scene = await prepared();
    const { stages } = await pipeline('samples/azure-pipelines/canary-stages.yml');
    const [ten, twentyFive, promote, reject] = (stages as readonly unknown[]).map(stage =>
      at(stage, 'jobs.0.strategy.runOnce.deploy.steps'),
    );
    const values = variables(scene);
    const traffic = await trafficOn(scene, 'web', 50);
    expect(succeeded(await azurePipelineStep(scene, ten, values)).outputs).toMatchObject({ status: 'deployed', 'canary-share': '5' });
    expect(succeeded(await azurePipelineStep(scene, twentyFive, values)).outputs).toMatchObject({ status: 'deployed' });
    expect(succeeded(await azurePipelineStep(scene, promote, values)).outputs).toMatchObject({ status: 'promoted' });
    expectNoLoss(await traffic.stop());
    await expectPromoted(scene);
    succeeded(await azurePipelineStep(scene, reject, values));
    await expectPromoted(scene);
    expect(at(stages, '3')).toMatchObject({
      dependsOn: ['Canary10', 'Canary25', 'Promote'],
      condition: "and(always(), not(in(dependencies.Promote.result, 'Succeeded', 'SucceededWithIssues')))",
    });
    expect(at(stages, '3.jobs.0.environment')).not.toBe(at(stages, '2.jobs.0.environment'));
  });
});
