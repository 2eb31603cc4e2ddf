import { describe, expect, test } from '@jest/globals';
import { VARIANT } from '../../src/manifests/names.ts';
import { keyOf } from '../../src/manifests/refs.ts';
import { templateHash, templateOf } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { endShadow, removeVariant, type withdraw, writeStable, writeVariant } from '../../src/plan/operations/capacity.ts';
import { describe as spoken } from '../../src/plan/words/describe.ts';
import type { App } from '../../src/plan/world/app.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, type Played, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(10);
const v2 = v1.image('app:2');
const service = aService('web').build();
const world = aLive(v1.build(), service);
const opened = play(aRequest({ files: [v2.build(), service] }), world);

/** The workload as the last plan saw it, over a cluster of now. */
function appOf({ prepared, live }: Played, now: Live = live): App {
  const [app] = prepared.apps;
  if (!app) throw new Error('no workload');
  return { ...app, live: { ...app.live, ...now } };
}

const ours = (object: KubeObject, variant: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { [VARIANT]: variant } },
});
const words = (batches: ReturnType<typeof withdraw>): readonly (readonly string[])[] => batches.map(batch => batch.map(spoken));
const hash = (object: KubeObject): string => templateHash(templateOf(object));
const was = (object: KubeObject, replicas: number) => ({ template: hash(object), replicas, ready: replicas, uid: 'u', ours: false });
const deployment = (name: string) => keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name });

describe('a variant', () => {
  const write = (replicas: number, file = v2) =>
    ({ do: 'write', role: 'canary', template: hash(file.build()), replicas, was: null }) as const;

  test('that is not there is made, at the size that is asked for', () => {
    const { [deployment('web-canary')]: _canary, ...objects } = opened.live.objects;
    const made = writeVariant(write(2), appOf(opened, { ...opened.live, objects })).flat();
    expect(made.map(spoken)).toEqual(['create Deployment demo/web-canary (2 × app:2)']);
  });

  test('that runs the template already is scaled alone', () => {
    expect(words(writeVariant(write(3), appOf(opened)))).toEqual([['Deployment demo/web-canary: scale from 1 to 3 replicas']]);
  });

  test('that runs another template is replaced', () => {
    const canary = opened.live.objects[deployment('web-canary')];
    const other = { ...canary, spec: { ...canary?.spec, template: v1.image('app:9').build().spec?.template } } as KubeObject;
    const objects = { ...opened.live.objects, [deployment('web-canary')]: other };
    expect(writeVariant(write(1), appOf(opened, { ...opened.live, objects })).flat()).toMatchObject([{ do: 'replace' }]);
  });

  test('goes by its own uid', () => {
    expect(removeVariant('canary', 'retreat', appOf(opened)).flat()).toContainEqual({
      do: 'remove',
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' },
      uid: 'uid-Deployment-web-canary',
    });
  });

  test('whose name somebody else’s Deployment bears is not removed', () => {
    const foreign = aDeployment('web-canary').build();
    const objects = { ...opened.live.objects, [deployment('web-canary')]: foreign };
    expect(words(removeVariant('canary', 'retreat', appOf(opened, { ...opened.live, objects }))).flat()).not.toContain(
      'remove Deployment demo/web-canary',
    );
  });

  test('of a name of its own goes by that name', () => {
    const shadow = ours(aDeployment('web-b').build(), 'b');
    const objects = { ...opened.live.objects, [deployment('web-b')]: shadow };
    expect(words(endShadow('b', appOf(opened, { ...opened.live, objects }))).flat()).toEqual(['remove Deployment demo/web-b']);
    expect(words(endShadow('b', appOf(opened))).flat()).toEqual([]);
  });
});

describe('stable', () => {
  const write = (file: typeof v1, replicas: number, before: ReturnType<typeof was> | null) =>
    ({ do: 'write', role: 'stable', template: hash(file.build()), replicas, was: before }) as const;

  test('that is not there yet is applied with everything around it', () => {
    const first = play(aRequest({ files: [v1.build(), service] }), aLive());
    const app = { ...appOf(first, aLive()), stable: null };
    expect(words(writeStable(write(v1, 10, null), app)).flat()).toEqual(
      expect.arrayContaining([expect.stringContaining('apply Deployment demo/web'), expect.stringContaining('apply Service demo/web')]),
    );
  });

  test('of the same template is scaled alone', () => {
    expect(words(writeStable(write(v1, 4, was(v1.build(), 10)), { ...appOf(opened), record: null }))).toEqual([
      ['Deployment demo/web: scale from 10 to 4 replicas'],
    ]);
  });

  test('goes back whole to what the record has of it', () => {
    const app = appOf(opened);
    const original = v1.build();
    const record = app.record && {
      ...app.record,
      action: 'reject' as const,
      replicas: 10,
      originals: { ...app.record.originals, stable: original },
    };
    expect(writeStable(write(v1, 10, was(v2.build(), 10)), { ...app, record }).flat()).toContainEqual(
      expect.objectContaining({ do: 'restore', object: original }),
    );
  });

  test('goes back at the size that is asked for, where that is not its full one', () => {
    const app = appOf(opened);
    const record = app.record && {
      ...app.record,
      action: 'reject' as const,
      replicas: 10,
      originals: { ...app.record.originals, stable: v1.build() },
    };
    const [back] = writeStable(write(v1, 6, was(v2.build(), 6)), { ...app, record })
      .flat()
      .slice(-1);
    expect(back).toMatchObject({ do: 'restore', object: { spec: { replicas: 6 } } });
  });
});
