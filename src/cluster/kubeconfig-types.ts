/** What fields of a kubeconfig must be. A field of another type would be left out in silence, and the login fail by something else. */
import { RolloutError } from '../errors.ts';
import { isOther, type Named } from './kubeconfig-fields.ts';

const TEXTS: Readonly<Record<'cluster' | 'context' | 'user', readonly string[]>> = {
  cluster: ['server', 'certificate-authority', 'certificate-authority-data', 'tls-server-name', 'proxy-url'],
  context: ['cluster', 'user', 'namespace'],
  user: [
    ...['token', 'tokenFile', 'username', 'password', 'as', 'as-uid'],
    ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  ],
};

const MAPPINGS: readonly string[] = ['exec', 'auth-provider'];

/** Throws INVALID_KUBECONFIG for the first field that is of another type; values are not shown. */
export function refuseOtherTypes(what: 'cluster' | 'context' | 'user', { name, fields }: Named): void {
  const texts = TEXTS[what].filter(field => isOther(fields[field], 'string')).map(field => [field, 'text'] as const);
  const mappings = MAPPINGS.filter(field => isOther(fields[field], 'object')).map(field => [field, 'a mapping'] as const);
  const [wrong] = [...texts, ...mappings];
  if (!wrong) return;
  const [field, type] = wrong;
  throw new RolloutError('INVALID_KUBECONFIG', `The kubeconfig's ${what} "${name}": ${field} must be ${type}.`, 'Correct it.');
}

/** As kubectl reads it; throws INVALID_KUBECONFIG for what is neither yes nor no. */
export function flagOf({ name, fields }: Named, field: string): boolean {
  const value = fields[field] ?? '';
  if (typeof value === 'string' && /^(true|yes|on|y)$/i.test(value)) return true;
  if (typeof value === 'string' && /^(|null|~|false|no|off|n)$/i.test(value)) return false;
  throw new RolloutError('INVALID_KUBECONFIG', `The kubeconfig's "${name}": ${field} must be true or false.`, 'Correct it.');
}
