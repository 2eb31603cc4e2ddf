import type { Ended } from './kubectl.ts';
import { startProxy, type Write } from './proxy.ts';
import { type Flags, start } from './rollout.ts';
import type { Scene } from './scene.ts';

/** What the product does. */
export type Action = 'deploy' | 'promote' | 'reject';

/** An action, and the write behind which it is killed. */
export interface Blow {
  readonly action: Action;
  readonly flags: Flags;
  /** Asked behind every write: its number, from 1, and what it was. */
  readonly isDue: (count: number, write: Write) => boolean;
}

/** How a struck action ended, 137 when it was killed, and what it wrote. */
export interface Struck extends Ended {
  readonly writes: readonly Write[];
}

/** Runs an action and kills it when the API server has answered the write, before the action hears of it. */
export async function strike(scene: Scene, { action, flags, isDue }: Blow): Promise<Struck> {
  const child = { kill: (_: NodeJS.Signals): boolean => false };
  const proxy = await startProxy(scene, { afterWrite: (count, write) => void (isDue(count, write) && child.kill('SIGKILL')) });
  const running = start(scene, action, flags, { kubeconfig: proxy.kubeconfig });
  child.kill = signal => running.child.kill(signal);
  const ended = await running.ended;
  await proxy.close();
  return { ...ended, writes: proxy.writes() };
}

const ROUTES = '(httproutes|httpproxies|virtualservices|ingressroutes|traefikservices|ingresses)(/web[\\w-]*)?';

/** Due behind the n-th write of a method to an object: "PATCH deployments/web 2", "POST services 1", "PATCH route 1", "ANY route 1". */
export function behind(point: string): Blow['isDue'] {
  const [method = '', object = '', nth] = point.split(' ');
  const path = new RegExp(`^${method === 'ANY' ? '[A-Z]+' : method} .*/${object === 'route' ? ROUTES : object}$`);
  let seen = 0;
  return (_, write) => path.test(write) && ++seen === Number(nth);
}
