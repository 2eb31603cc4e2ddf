import { accessSync } from 'node:fs';
import { RolloutError } from '../errors.ts';
import type { Access } from './access.ts';
import { readSmallFile } from './small-file.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** True in a pod that has a service account's token. */
export function isInCluster(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (!environment.KUBERNETES_SERVICE_HOST || !environment.KUBERNETES_SERVICE_PORT) return false;
  try {
    accessSync(`${ACCOUNT}/token`);
    return true;
  } catch {
    return false;
  }
}

/** Access to the cluster that this pod runs in, as its service account. */
export async function inCluster(environment: Readonly<Record<string, string | undefined>>): Promise<Access> {
  const host = environment.KUBERNETES_SERVICE_HOST ?? '';
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${environment.KUBERNETES_SERVICE_PORT ?? '443'}`,
    namespace: (await mounted('namespace')).trim(),
    ca: await mounted('ca.crt'),
    insecure: false,
    serverName: null,
    proxyUrl: null,
    login: { kind: 'token-file', path: `${ACCOUNT}/token` },
  };
}

async function mounted(name: string): Promise<string> {
  return readSmallFile(`${ACCOUNT}/${name}`).catch(() => {
    const message = `This pod's service account has no ${name}.`;
    throw new RolloutError('INVALID_KUBECONFIG', message, 'Set automountServiceAccountToken, or give a kubeconfig.');
  });
}
