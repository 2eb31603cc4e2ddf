import { resolve } from 'node:path';
import { RolloutError } from '../errors.ts';
import { type Named, textOf } from './kubeconfig-fields.ts';
import { readSmallFile } from './small-file.ts';

/**
 * The PEM text of a certificate or key given as `<what>-data` (base64) or as a path under `<what>`; null when neither is.
 *
 * @throws RolloutError INVALID_KUBECONFIG for a file that cannot be read, and for what is no PEM text.
 */
export async function pem(entry: Named & { readonly what: string }): Promise<string | null> {
  const data = textOf(entry.fields[`${entry.what}-data`]);
  if (data !== null) return checked(Buffer.from(data, 'base64').toString('utf8'), entry, `${entry.what}-data`);
  const path = textOf(entry.fields[entry.what]);
  return path === null ? null : checked(await contentOf(path, entry), entry, `${entry.what} ${path}`);
}

/** What is none would end much later, in words of TLS. */
function checked(text: string, { name }: Named, where: string): string {
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return text;
  const message = `The kubeconfig's "${name}" has a ${where} without a certificate or key in PEM (-----BEGIN ...).`;
  throw new RolloutError(
    'INVALID_KUBECONFIG',
    message,
    'Provide it as it was issued: PEM in a file, or the same in base64 under ...-data.',
  );
}

function contentOf(path: string, entry: Named & { readonly what: string }): Promise<string> {
  return readSmallFile(resolve(entry.directory, path)).catch(() => {
    const message = `The kubeconfig's "${entry.name}" names the ${entry.what} ${path}, which cannot be read.`;
    throw new RolloutError('INVALID_KUBECONFIG', message, `Create the file, or use ${entry.what}-data.`);
  });
}
