import { resolve } from 'node:path';
import { RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import { type ExecPlugin, execPluginOf } from './exec-plugin.ts';
import { type Fields, fieldsOf, listOf, type Named, textOf } from './kubeconfig-fields.ts';
import { pem } from './pem.ts';
import { readSmallFile } from './small-file.ts';

/** A client certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Common {
  readonly certificate?: Certificate;
  /** Impersonate-User, Impersonate-Group and Impersonate-Uid. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** How a user of a kubeconfig proves who it is. */
export type Login =
  | ({ readonly kind: 'none' } & Common)
  | ({ readonly kind: 'token'; readonly token: string } & Common)
  | ({ readonly kind: 'token-file'; readonly path: string } & Common)
  | ({ readonly kind: 'basic'; readonly username: string; readonly password: string } & Common)
  | ({ readonly kind: 'exec'; readonly plugin: ExecPlugin } & Common);

/** The login of a kubeconfig's user; throws LOGIN_FAILED for what is not supported and TOKEN_EXPIRED for a token that is. */
export async function loginOf(user: Named, cluster: Fields): Promise<Login> {
  const common = { ...(await certificateOf(user)), ...impersonationOf(user) };
  const { fields } = user;
  const tokenFile = textOf(fields.tokenFile);
  if (tokenFile !== null) return { kind: 'token-file', path: await tokenFileOf(user, tokenFile), ...common };
  const token = textOf(fields.token);
  if (token !== null) return { kind: 'token', token: unexpired(token.trim(), `user "${user.name}"`), ...common };
  const exec = fieldsOf(fields.exec);
  if (exec !== null) return { kind: 'exec', plugin: execPluginOf({ ...user, fields: exec }, cluster), ...common };
  refuseAuthProvider(user);
  const username = textOf(fields.username);
  return username === null ? { kind: 'none', ...common } : { kind: 'basic', username, password: textOf(fields.password) ?? '', ...common };
}

async function certificateOf(user: Named): Promise<Pick<Common, 'certificate'>> {
  const cert = await pem({ ...user, what: 'client-certificate' });
  const key = await pem({ ...user, what: 'client-key' });
  if (cert === null && key === null) return {};
  if (cert !== null && key !== null) return { certificate: { cert, key } };
  const message = `The kubeconfig's user "${user.name}" has only one of client-certificate and client-key.`;
  throw new RolloutError('INVALID_KUBECONFIG', message, 'Give both.');
}

function impersonationOf(user: Named): Pick<Common, 'headers'> {
  const { fields } = user;
  const name = textOf(fields.as);
  if (name === null) return {};
  const groups = listOf(fields['as-groups']).map(String);
  const uid = textOf(fields['as-uid']);
  return {
    headers: {
      'impersonate-user': name,
      ...(groups.length > 0 ? { 'impersonate-group': groups } : {}),
      ...(uid === null ? {} : { 'impersonate-uid': uid }),
    },
  };
}

async function tokenFileOf(user: Named, path: string): Promise<string> {
  const absolute = resolve(user.directory, path);
  const token = await readSmallFile(absolute).catch(() => {
    const message = `The kubeconfig's user "${user.name}" names the token file ${path}, which cannot be read.`;
    throw new RolloutError('INVALID_KUBECONFIG', message, 'Create the file, or log in again.');
  });
  if (token.trim() === '')
    throw new RolloutError(
      'INVALID_KUBECONFIG',
      `The token file ${path} of the kubeconfig's user "${user.name}" is empty.`,
      'Log in again.',
    );
  unexpired(token.trim(), `the token file of user "${user.name}"`);
  return absolute;
}

/** The token, unless it is a JWT whose time is over (TOKEN_EXPIRED). */
export function unexpired(token: string, whose: string): string {
  const expiry = expiryOf(token);
  if (expiry === null || expiry > Date.now()) return token;
  throw new RolloutError(
    'TOKEN_EXPIRED',
    `The token of ${whose} expired at ${new Date(expiry).toISOString()}.`,
    'Create a new one (kubectl create token, or log in again) and update the kubeconfig, the secret or the service connection.',
  );
}

function expiryOf(token: string): number | null {
  const claims = fieldsOf(parsedJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  return typeof claims?.exp === 'number' ? claims.exp * 1000 : null;
}

function refuseAuthProvider(user: Named): void {
  const provider = fieldsOf(user.fields['auth-provider']);
  if (provider === null) return;
  const message = `The kubeconfig's user "${user.name}" logs in with the auth-provider "${textOf(provider.name) ?? ''}", which Kubernetes removed.`;
  throw new RolloutError(
    'LOGIN_FAILED',
    message,
    'Generate the kubeconfig again with an exec plugin (kubelogin, gke-gcloud-auth-plugin) or a token.',
  );
}
