/** A simulated cluster in this process, and the product's own client connected to it. */
import { type Connected, connect } from '../../src/cluster/index.ts';
import { type Pace, routeDefinitions, type Simulation, simulate } from '../../src/simulation/index.ts';

/** Where one can play. */
export interface Playground {
  readonly simulation: Simulation;
  readonly connected: Connected;
  close(): Promise<void>;
}

/** How the cluster is; its own pace and a free port where nothing is said. */
export interface PlaygroundOptions {
  readonly pace?: Partial<Pace>;
  readonly port?: number;
}

/** Opens one that serves the routes of its data planes. */
export async function openPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const simulation = await simulate({ crds: routeDefinitions, ...options });
  const connected = await connect({
    kubeconfig: simulation.kubeconfig,
    context: null,
    skipTlsVerify: false,
    // Without an environment no proxy comes between this process and itself.
    environment: {},
    onSecret: () => undefined,
  });
  return {
    simulation,
    connected,
    close: async () => {
      await connected.close();
      await simulation.close();
    },
  };
}
