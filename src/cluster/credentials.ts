import { RolloutError } from '../errors.ts';
import { type ExecCredential, type ExecPlugin, runPlugin } from './exec-plugin.ts';
import { type Certificate, type Login, unexpired } from './login.ts';
import { readSmallFile } from './small-file.ts';

/** What goes with a request: headers, and the client certificate of its connection. */
export interface Credential {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly certificate: Certificate | null;
}

/** The login in use. A login command runs once, however many requests ask. */
export interface Credentials {
  current(): Promise<Credential>;
  /** A fresh login after the server refused `used`; null when there is no other way in. */
  renewed(used: Credential): Promise<Credential | null>;
}

interface Purse {
  readonly credential: Credential;
  /** Milliseconds since 1970. */
  readonly goodUntil: number;
}

const TOKEN_FILE_SECONDS = 60;
const MARGIN_SECONDS = 10;

/** Logs in where a kubeconfig names a command to run; null for a command that it does not stand for. */
export type LoginInstead = (plugin: ExecPlugin) => Promise<ExecCredential> | null;

/** What a login needs from its surroundings. */
export interface LoginPlace {
  /** Asked before a login command is run. */
  readonly loginInstead?: LoginInstead | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  onSecret(secret: string): void;
}

/** Opens the login; every secret is told to `onSecret` before its first use. */
export function openCredentials(login: Login, place: LoginPlace): Credentials {
  let purse: Promise<Purse> | null = null;
  const enter = (): Promise<Purse> => {
    const entered = take(login, place);
    purse = entered;
    entered.catch(() => {
      if (purse === entered) purse = null;
    });
    return entered;
  };
  const open = async (): Promise<Purse> => {
    const asked = purse ?? enter();
    const held = await asked;
    if (held.goodUntil > Date.now()) return held;
    return purse === asked || purse === null ? enter() : purse;
  };
  return {
    current: async () => (await open()).credential,
    renewed: async used => {
      if (login.kind !== 'exec' && login.kind !== 'token-file') return null;
      const held = await open();
      return held.credential === used ? (await enter()).credential : held.credential;
    },
  };
}

// Undici says of such a header no more than that it is invalid.
const isUnfit = (text: string): boolean => /[^\P{Cc}\t]|[^\p{Cc} -~\xa0-\xff]/u.test(text);

async function take(login: Login, place: LoginPlace): Promise<Purse> {
  const purse = await taken(login, place);
  for (const [name, value] of Object.entries(purse.credential.headers)) if (isUnfit(String(value))) throw unfit(name, login);
  return purse;
}

function unfit(header: string, { kind }: Login): RolloutError {
  const what = header !== 'authorization' ? 'as, as-uid or as-groups' : kind === 'exec' ? 'token of the login command' : 'token';
  const message = `The ${what} of the kubeconfig's user contains a line break or another character that is not allowed in a header.`;
  return new RolloutError(kind === 'exec' ? 'LOGIN_FAILED' : 'INVALID_KUBECONFIG', message, 'Enter it as one line, as it was issued.');
}

async function taken(login: Login, place: LoginPlace): Promise<Purse> {
  if (login.certificate !== undefined) place.onSecret(login.certificate.key);
  switch (login.kind) {
    case 'none':
      return lasting(login, {});
    case 'token':
      place.onSecret(login.token);
      return lasting(login, bearer(login.token));
    case 'basic':
      place.onSecret(login.password);
      return lasting(login, basic(login, place));
    case 'token-file':
      return { ...lasting(login, bearer(await tokenIn(login.path, place))), goodUntil: Date.now() + TOKEN_FILE_SECONDS * 1000 };
    case 'exec':
      return purseOf(login, await (place.loginInstead?.(login.plugin) ?? runPlugin(login.plugin, place.environment)), place);
  }
}

function lasting(login: Login, headers: Credential['headers']): Purse {
  return {
    credential: { headers: { ...login.headers, ...headers }, certificate: login.certificate ?? null },
    goodUntil: Number.POSITIVE_INFINITY,
  };
}

function bearer(token: string): Credential['headers'] {
  return { authorization: `Bearer ${token}` };
}

function basic(login: { readonly username: string; readonly password: string }, place: LoginPlace): Credential['headers'] {
  const encoded = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  place.onSecret(encoded);
  return { authorization: `Basic ${encoded}` };
}

async function tokenIn(path: string, place: LoginPlace): Promise<string> {
  const text = await readSmallFile(path).catch(() => {
    throw new RolloutError('LOGIN_FAILED', `The token file ${path} can no longer be read.`, 'Keep it there while the step runs.');
  });
  place.onSecret(text.trim());
  return unexpired(text.trim(), `the token file ${path}`);
}

function purseOf(login: Login, answer: ExecCredential, place: LoginPlace): Purse {
  for (const secret of [answer.token, answer.certificate?.key]) if (secret) place.onSecret(secret);
  const held = lasting(login, answer.token === null ? {} : bearer(answer.token));
  const goodUntil = answer.expiresAt === null ? held.goodUntil : answer.expiresAt - MARGIN_SECONDS * 1000;
  return { credential: { ...held.credential, certificate: answer.certificate ?? held.credential.certificate }, goodUntil };
}
