/** Promote's roll: the release takes stable's place, with all that is around it. */
import { keyOf, refOf } from '../../manifests/refs.ts';
import { asRead } from '../../manifests/template.ts';
import type { KubeObject, PatchOperation } from '../../model/kube.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { comesFirst } from '../world/order-of-kinds.ts';
import { turnIn } from '../world/turns.ts';
import { carrierKeys } from '../world/view.ts';
import { apply, applyAll, keptBy } from './apply.ts';

/** Stable's count as it is, where it is, and as it is to be. */
interface Sizing {
  readonly from: number | null;
  readonly to: number;
}

/** What was stopped is started by nobody else meanwhile. */
function resize({ from, to }: Sizing): readonly PatchOperation[] {
  if (from === to) return [];
  return [
    ...(from === 0 ? [{ op: 'test', path: '/spec/replicas', value: 0 } as const] : []),
    { op: 'replace', path: '/spec/replicas', value: to },
  ];
}

/** The roll comes first, whole, so that what v2 dropped is gone; the apply behind it changes nothing in the template. */
export function replaceStable(sizing: Sizing, app: App): Batches {
  const { stable, next, file } = app;
  if (!stable || !next || !file) return [];
  const carriers = carrierKeys(app);
  const others = app.others.filter(object => !carriers.includes(keyOf(refOf(object))));
  const roll: Operation = {
    do: 'patch',
    ref: refOf(stable),
    manager: 'kubectl',
    text: app.canary
      ? 'replace the pod template with the one that the canary was tested with'
      : 'replace the pod template with the new one',
    operations: [...asRead(stable), { op: 'replace', path: '/spec/template', value: next }, ...resize(sizing)],
  };
  const own: Own = {
    file,
    writes: [roll, apply(file, app, app.record?.originals.stable ?? stable)],
    wait: { do: 'await-ready', ref: refOf(stable), template: next, isStable: false },
  };
  const rest = others.filter(object => !comesFirst(object));
  return [...applyAll(others.filter(comesFirst), app), ...inTurn(own, rest, app)];
}

/** A first release: in its order too, where one is asked for. */
export function createStable(others: readonly KubeObject[], app: App): Batches {
  const { file, turns } = app;
  if (!file || !turns) return applyAll([...(file ? [file] : []), ...others], app);
  const wait: Operation = { do: 'await-ready', ref: refOf(file), template: null, isStable: false };
  const rest = others.filter(object => !comesFirst(object));
  return [...applyAll(others.filter(comesFirst), app), ...inTurn({ file, writes: [apply(file, app)], wait }, rest, app)];
}

interface Own {
  readonly file: KubeObject;
  /** One behind the other. */
  readonly writes: readonly Operation[];
  readonly wait: Operation;
}

/**
 * Where an order is asked for every round has as many batches for each workload of the step: they go through them side by side, and none begins a
 * round before the one before is ready everywhere.
 */
function inTurn({ file, writes, wait }: Own, rest: readonly KubeObject[], app: App): Batches {
  const { turns } = app;
  if (!turns) return [...writes.map(write => [write]), ...applyAll(rest, app)];
  const rounds = Array.from({ length: turns.last + 1 }, (_, turn): Batches => {
    const isOwn = turnIn(turns, file) === turn;
    const workers = rest.filter(object => isDeployment(object) && turnIn(turns, object) === turn);
    return [
      ...writes.map(write => (isOwn ? [write] : [])),
      workers.map(object => ({ ...apply(object, app), ...keptBy(app, object) })),
      [
        ...(isOwn && turn < turns.last ? [wait] : []),
        ...workers.map(object => ({ do: 'await-ready', ref: refOf(object), template: null, isStable: false }) as const),
      ],
    ];
  });
  return [
    ...rounds.flat(),
    ...applyAll(
      rest.filter(object => !isDeployment(object)),
      app,
    ),
  ];
}
