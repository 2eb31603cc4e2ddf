import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from '@jest/globals';

/** The lab's state folder; undefined on any other cluster. */
export const labFolder: string | undefined = process.env.LAB_DIR;

/** Tests that need the lab's data plane: they are left out on any other cluster. */
export const describeOnLab = labFolder === undefined ? describe.skip : describe;

/** What an environment variable of the test run says about the lab; `smi` unless told: `v1alpha1` to `v1alpha4`. */
export const servedSmi: string = process.env.LAB_SMI ?? 'v1alpha4';

/** The kubeconfig of a user without any right until a test binds one. */
export function kubeconfigOf(user: 'viewer' | 'deployer'): string {
  return join(folder(), `kubeconfig-${user}`);
}

/** The administrator's kubeconfig as text. */
export async function kubeconfigText(): Promise<string> {
  return readFile(join(folder(), 'kubeconfig'), 'utf8');
}

/** The API server's own certificate and key. */
export async function certificates(): Promise<{ readonly certificate: string; readonly key: string }> {
  const read = (name: string) => readFile(join(folder(), 'certs', name), 'utf8');
  return { certificate: await read('apiserver.crt'), key: await read('apiserver.key') };
}

function folder(): string {
  if (labFolder === undefined) throw new Error('this needs the lab (LAB_DIR is not set)');
  return labFolder;
}
