/** The sample of a column that is renamed in three releases: its pods, old and new side by side, work on one table while its Jobs change it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import { renderer } from '../../src/execute/commands/renderer.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { filesOf } from '../../src/manifests/files.ts';
import { at, record, records, text } from '../../src/manifests/json.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { perform } from '../stage/act.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' };
const canary: RawInputs = { ...smi, action: 'deploy', percentage: '34' };
const promote: RawInputs = { ...smi, action: 'promote' };
const reject: RawInputs = { ...smi, action: 'reject' };

const database: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'customers-database' },
  stringData: { url: 'postgres://db' },
};
const run = renderer({ time: machineTime, signal: new AbortController().signal });
const sample = async (name: string): Promise<readonly KubeObject[]> => {
  const { inputs } = parseInputs({ namespace: 'shop', action: 'deploy', manifests: `samples/parallel-change/${name}.yaml` }, 'terminal');
  const { manifests } = await filesOf(inputs, { cwd: process.cwd(), fetch, run });
  return manifests.map(({ object: { metadata, ...rest } }) => {
    const { namespace: _namespace, ...own } = metadata;
    return { ...rest, metadata: own } as KubeObject;
  });
};

/** A variable of a pod, by the pod or the template of it. */
const environment = (pod: unknown, name: string): string => {
  const [container] = records(at(record(pod), 'spec.containers'));
  return text(records(container?.env).find(one => one.name === name)?.value);
};

type Row = Readonly<Record<string, string>>;

/** The table as the sample's statements change it; whatever they do not say is a fault of the test. */
class Table {
  columns: readonly string[] = ['name'];
  rows: readonly Row[] = [{ name: 'somebody of before' }];

  change(statement: string): void {
    const [, added] = /ADD COLUMN IF NOT EXISTS (\w+)/.exec(statement) ?? [];
    const [, dropped] = /DROP COLUMN IF EXISTS (\w+)/.exec(statement) ?? [];
    const [, to = '', from = ''] = /UPDATE customers SET (\w+) = (\w+) WHERE \1 IS NULL/.exec(statement) ?? [];
    if (!added && !dropped && !to) throw new Error(`no statement that the table knows: ${statement}`);
    if (added && !this.columns.includes(added)) this.columns = [...this.columns, added];
    if (dropped) {
      this.columns = this.columns.filter(column => column !== dropped);
      this.rows = this.rows.map(({ [dropped]: _dropped, ...row }) => row);
    }
    if (to) this.rows = this.rows.map(row => ({ ...row, [to]: row[to] ?? row[from] ?? '' }));
  }

  /** What a pod cannot do: a column that is not there, or rows without what it reads. */
  faultsOf(pod: KubeObject): readonly string[] {
    const [writes, reads] = [environment(pod, 'WRITES').split(','), environment(pod, 'READS')];
    const unknown = [...writes, reads].filter(column => !this.columns.includes(column));
    if (unknown.length > 0) return [`no column ${unknown.join(', ')}`];
    this.rows = [...this.rows, Object.fromEntries(writes.map(column => [column, 'somebody new']))];
    return this.rows.some(row => !row[reads]) ? [`a row without ${reads}`] : [];
  }
}

/** An application with its table: every pod that is ready works on it behind each write of an action. */
async function shop() {
  const bed = await openBed(stage, [database, ...(await sample('before'))]);
  const table = new Table();
  const faults: string[] = [];
  const together = new Set<string>();
  const work = async (cluster: Pick<Cluster, 'list'>): Promise<void> => {
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: bed.api.namespace });
    const isReady = (pod: KubeObject): boolean =>
      records(at(pod, 'status.conditions')).some(one => one.type === 'Ready' && one.status === 'True');
    const working = pods.filter(pod => environment(pod, 'READS') !== '' && isReady(pod));
    const versions = new Set(working.map(pod => text(records(at(pod, 'spec.containers'))[0]?.image)));
    if (versions.size > 1) together.add([...versions].sort().join(' '));
    for (const pod of working) for (const fault of table.faultsOf(pod)) faults.push(`${pod.metadata.name}: ${fault}`);
  };
  const between = (cluster: Cluster): Cluster => {
    const behind = async <T>(write: Promise<T>): Promise<T> => {
      const done = await write;
      await work(cluster);
      return done;
    };
    return {
      ...cluster,
      create: async (object, options) => {
        if (object.kind === 'Job' && options?.dryRun !== true) table.change(environment(object.spec?.template, 'STATEMENT'));
        return await behind(cluster.create(object, options));
      },
      apply: (object, options) => behind(cluster.apply(object, options)),
      patch: (ref, operations, options) => behind(cluster.patch(ref, operations, options)),
      remove: (ref, options) => behind(cluster.remove(ref, options)),
    };
  };
  const act = async (inputs: RawInputs, name: string): Promise<string> => {
    const { namespace } = bed.api;
    const place = { kubeconfig: stage.simulation.kubeconfig, namespace, between };
    return said(await perform({ inputs, files: await sample(name), timeoutSeconds: 60 }, place as never));
  };
  return { act, table, faults, together };
}

describe('a column that is renamed in three releases', () => {
  test('is read and written by old and new pods side by side, each release rejected once, and nobody meets a column that is not there', async () => {
    const { act, table, faults, together } = await shop();
    for (const name of ['1-expand', '2-migrate', '3-contract']) {
      expect([name, await act(canary, name)]).toEqual([name, 'deployed']);
      expect([name, await act(reject, name)]).toEqual([name, 'rejected']);
      expect([name, await act(canary, name)]).toEqual([name, 'deployed']);
      expect([name, await act(promote, name)]).toEqual([name, 'promoted']);
      expect([name, faults]).toEqual([name, []]);
    }
    expect(table.columns).toEqual(['full_name']);
    expect(table.rows.every(({ full_name: name }) => name)).toBe(true);
    const image = (version: number): string => `example/customers:v${version}`;
    expect([...together].sort()).toEqual([1, 2, 3].map(version => `${image(version)} ${image(version + 1)}`));
  });

  test('fails as soon as a release is left out', async () => {
    const { act, faults } = await shop();
    for (const name of ['1-expand', '3-contract']) {
      expect(faults).toEqual([]);
      await act(canary, name);
      await act(promote, name);
    }
    expect(faults).toContainEqual(expect.stringContaining('a row without full_name'));
  });
});
