/** What every workload of a step is to do, once it is known which of them may split what several share. */
import { RolloutError } from '../../errors.ts';
import type { Order, View } from '../../model/plan.ts';
import type { Action } from '../../model/stage.ts';
import { titleOf } from '../../workloads/index.ts';
import { shareOut } from '../refusals/one-at-a-time.ts';
import type { App } from '../world/app.ts';
import { orderOf, viewOf } from '../world/view.ts';
import type { Chosen } from './choose.ts';
import { type Course, course } from './plan.ts';

/** A workload in its own way. */
export interface Meant extends Chosen {
  readonly app: App;
}

/** All workloads of a step, and those of them that do anything or have something open. */
export interface Layout {
  readonly apps: readonly App[];
  readonly views: Readonly<Record<string, View>>;
  readonly orders: Readonly<Record<string, Order>>;
  readonly courses: Readonly<Record<string, Course>>;
  readonly busy: readonly App[];
}

/** What every workload is to do. Who does anything is known by its course alone, and decides who may split a Service that several share. */
export function laidOut(meant: readonly Meant[], action: Action): Layout {
  const alone = layOut(
    meant.map(one => ({ ...one, app: shareOut([one.app])[0] ?? one.app })),
    action,
  );
  const parts = shareOut(alone.busy);
  if (parts.every((part, i) => part === alone.busy[i])) return alone;
  const shared = new Map(parts.map(app => [app.key, app]));
  return layOut(
    meant.map((one, i) => ({ ...one, app: shared.get(one.app.key) ?? alone.apps[i] ?? one.app })),
    action,
  );
}

function layOut(meant: readonly Meant[], action: Action): Layout {
  const apps = meant.map(({ app }) => app);
  const orders = Object.fromEntries(meant.map(({ app, strategy }) => [app.key, orderOf(app, action, strategy)]));
  const views = Object.fromEntries(apps.map(app => [app.key, viewOf(app)]));
  const courses = Object.fromEntries(apps.map(app => [app.key, courseOf(app, orders, views)]));
  // What has nothing to do, and nothing open, stands in nobody's way.
  const busy = apps.filter(({ key, record }) => record !== null || courses[key]?.stages.length !== 0);
  return { apps, orders, views, courses, busy };
}

function courseOf(app: App, orders: Layout['orders'], views: Layout['views']) {
  try {
    return course(orderFor(app, orders), viewFor(app, views));
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    throw new RolloutError(error.code, `${titleOf(app)}: ${error.message}`, error.hint, { cause: error });
  }
}

/** What is asked for a workload that was laid out. */
export function orderFor({ key }: App, orders: Layout['orders']): Order {
  const order = orders[key];
  if (!order) throw new Error(`no order for ${key}`);
  return order;
}

/** What was seen of it. */
export function viewFor({ key }: App, views: Layout['views']): View {
  const view = views[key];
  if (!view) throw new Error(`no view of ${key}`);
  return view;
}
