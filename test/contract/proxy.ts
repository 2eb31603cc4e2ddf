/** The cluster of `KUBECONFIG` behind kubectl's proxy: plain HTTP, whatever the cluster's way to log in. */
import { spawn } from 'node:child_process';
import type { Server } from './api.ts';

export interface Proxy {
  readonly server: Server;
  stop(): void;
}

/** Starts the proxy on a free port. */
export function kubectlProxy(): Promise<Proxy> {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`kubectl proxy ended with ${code}`)));
    child.stdout.on('data', chunk => {
      const port = /127\.0\.0\.1:(\d+)/.exec(String(chunk))?.[1];
      if (port !== undefined) resolve({ server: { url: `http://127.0.0.1:${port}`, token: '' }, stop: () => void child.kill() });
    });
  });
}
