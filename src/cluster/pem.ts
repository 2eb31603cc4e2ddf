import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RolloutError } from '../errors.ts';
import { type Named, textOf } from './kubeconfig-fields.ts';

/** The PEM text of a certificate or key given as `<what>-data` (base64) or as a path under `<what>`; null when neither is. */
export async function pem(entry: Named & { readonly what: string }): Promise<string | null> {
  const data = textOf(entry.fields[`${entry.what}-data`]);
  if (data !== null) return Buffer.from(data, 'base64').toString('utf8');
  const path = textOf(entry.fields[entry.what]);
  if (path === null) return null;
  return readFile(resolve(entry.directory, path), 'utf8').catch(() => {
    const message = `The kubeconfig's "${entry.name}" names the ${entry.what} ${path}, which cannot be read.`;
    throw new RolloutError('INVALID_KUBECONFIG', message, `Put the file there, or use ${entry.what}-data.`);
  });
}
