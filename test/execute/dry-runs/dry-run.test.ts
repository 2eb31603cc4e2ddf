/** What an API server refuses before anything is written is told in words of the files. */
import { expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { triedTemplates } from '../../../src/execute/dry-runs/dry-run.ts';
import { MissingPermissions } from '../../../src/model/permission.ts';
import { aDeployment } from '../../build/deployment.ts';
import { asked, endOf, place, run } from '../../stage/rollouts.ts';

test('a namespace that is not there is named, and nothing of it is called undefined', async () => {
  const here = await place();
  const files = [aDeployment('web').namespace('prod').image('app:2').build()];
  expect(endOf(await run(here, asked({ ...here, namespace: 'prod' }, { files })))).toMatchObject({
    type: 'failed',
    code: 'NOT_FOUND',
    message: 'web.yaml:1: Namespace prod does not exist.',
    hint: 'Create it, or correct the namespace: in the file or, if that names none, in the input.',
  });
});

test('a Deployment that is refused is named as the files name it, with the place there', async () => {
  const here = await place();
  const [web] = here.files('app:2');
  const broken = { ...web, spec: { ...web?.spec, replicas: -1 } } as never;
  const end = endOf(await run(here, asked(here, { files: [broken] })));
  expect(end).toMatchObject({ type: 'failed', code: 'INVALID', hint: 'Correct web.yaml:1.' });
  const said = end?.type === 'failed' ? end.message : '';
  expect(said).toContain(`web.yaml:1: Deployment ${here.namespace}/web: `);
  expect(said).toContain('spec.replicas');
  expect(said).not.toContain('undefined');
});

test('an object around it that is refused is told with its place too', async () => {
  const here = await place();
  const [web, service] = here.files('app:2');
  const broken = { ...service, spec: { ...service?.spec, ports: [{ port: 99_999 }] } };
  const end = endOf(await run(here, asked(here, { files: [web, broken] as never })));
  expect(end).toMatchObject({ type: 'failed', code: 'INVALID', hint: 'Correct web.yaml:2.' });
});

test('what a role forbids is told by the name in the files, not by the one that is made up', async () => {
  const here = await place();
  const lacking = { who: '"ci"', verb: 'create', group: 'apps', resource: 'deployments', namespace: here.namespace, name: null };
  const refusing = { ...here.cluster, create: () => Promise.reject(new MissingPermissions([lacking])) };
  await expect(triedTemplates(asked(here, { files: here.files('app:2') }), refusing)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: `"ci" may not create deployments.apps "web" in namespace "${here.namespace}".`,
    hint: 'Add to its Role: {apiGroups: ["apps"], resources: ["deployments"], verbs: ["create"]}',
  });
});

test('what a policy forbids names the Deployment', async () => {
  const here = await place();
  const words = 'Not allowed to create deployments.apps "undefined" in namespace "x": no images from there';
  const refusing = { ...here.cluster, create: () => Promise.reject(new RolloutError('FORBIDDEN', words, 'h')) };
  await expect(triedTemplates(asked(here, { files: here.files('app:2') }), refusing)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: `Deployment ${here.namespace}/web: ${words.replace('undefined', 'web')}`,
  });
});

test.each(['a[b', 'a(b', 'a*b', 'a\\\\'])('a name that is refused may hold anything: %s', async name => {
  const here = await place();
  const [web] = here.files('app:2');
  const named = { ...web, metadata: { ...web?.metadata, name } } as never;
  const end = endOf(await run(here, asked(here, { files: [named] })));
  expect(end).toMatchObject({ type: 'failed', code: 'INVALID', hint: 'Correct web.yaml:1.' });
});

test('a file is tried once in a run while nobody else writes, and its object is not read once more for it', async () => {
  const here = await place();
  const tries: string[] = [];
  const counting = {
    ...here.cluster,
    create: (...[object, options]: Parameters<typeof here.cluster.create>) => {
      if (options?.dryRun) tries.push(`new ${object.kind}`);
      return here.cluster.create(object, options);
    },
    apply: (...[object, options]: Parameters<typeof here.cluster.apply>) => {
      if (options?.dryRun) tries.push(`${object.kind} of version ${options.live?.metadata.resourceVersion ?? 'unknown'}`);
      return here.cluster.apply(object, options);
    },
  };
  expect(endOf(await run({ ...here, cluster: counting }, asked(here, { files: here.files('app:2') })))).toMatchObject({ type: 'outcome' });
  expect(tries).toContain('new Deployment');
  expect(tries.filter(told => told.endsWith('unknown'))).toEqual([]);
  expect(tries).toEqual([...new Set(tries)]);
});
