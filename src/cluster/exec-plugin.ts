import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { RolloutError } from '../errors.ts';
import { parsedJson } from '../model/json-path.ts';
import { type Fields, fieldsOf, listOf, type Named, textOf } from './kubeconfig-fields.ts';
import { flagOf } from './kubeconfig-types.ts';

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const PATIENCE_SECONDS = 120;
const MOST_BYTES = 4_000_000;
/** A helper that stays behind, as a cache does, may hold the pipe for hours: the answer is whole when the command has ended. */
const OUTPUT_MILLISECONDS = 1000;

/** A login command of a kubeconfig, ready to run. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | null;
}

/** What a login command answered. */
export interface ExecCredential {
  readonly token: string | null;
  readonly certificate: { readonly cert: string; readonly key: string } | null;
  /** Milliseconds since 1970; null when it lasts. */
  readonly expiresAt: number | null;
}

/** The plugin that a kubeconfig's user names; throws LOGIN_FAILED for a protocol that is not spoken here. */
export function execPluginOf(user: Named, cluster: Fields): ExecPlugin {
  const command = textOf(user.fields.command);
  const apiVersion = textOf(user.fields.apiVersion) ?? '';
  if (command === null) throw failed(`The kubeconfig's user "${user.name}" has an exec plugin without a command.`, 'Name the command.');
  if (!API_VERSIONS.includes(apiVersion)) {
    const message = `The login command ${command} uses ${apiVersion || 'no apiVersion'}, which is not supported.`;
    throw failed(message, `Update it and generate the kubeconfig again. Supported: ${API_VERSIONS.join(', ')}.`);
  }
  if (textOf(user.fields.interactiveMode) === 'Always') {
    throw failed(`The login command ${command} needs a terminal (interactiveMode Always).`, 'Use a login that works without a person.');
  }
  const info = flagOf(user, 'provideClusterInfo') ? { cluster } : {};
  return {
    command: /[/\\]/.test(command) ? resolve(user.directory, command) : command,
    args: listOf(user.fields.args).map(String),
    environment: { ...environmentOf(user), KUBERNETES_EXEC_INFO: JSON.stringify(request(apiVersion, info)) },
    apiVersion,
    installHint: textOf(user.fields.installHint),
  };
}

function environmentOf(user: Named): Readonly<Record<string, string>> {
  const entries = listOf(user.fields.env).map(entry => fieldsOf(entry) ?? {});
  return Object.fromEntries(entries.map(entry => [textOf(entry.name) ?? '', textOf(entry.value) ?? '']));
}

function request(apiVersion: string, info: Fields): Fields {
  return { kind: 'ExecCredential', apiVersion, spec: { ...info, interactive: false } };
}

/** Runs the command once and reads its answer; throws LOGIN_FAILED. */
export async function runPlugin(plugin: ExecPlugin, environment: Readonly<Record<string, string | undefined>>): Promise<ExecCredential> {
  const answer = await new Promise<string>((fulfil, reject) => {
    const options = {
      env: { ...environment, ...plugin.environment },
      timeout: PATIENCE_SECONDS * 1000,
      maxBuffer: MOST_BYTES,
      // Nothing can ignore it.
      killSignal: 'SIGKILL' as const,
      windowsHide: true,
    };
    const child = execFile(plugin.command, [...plugin.args], options, (error, stdout, stderr) => {
      if (error === null) fulfil(stdout);
      else reject(notRun(plugin, error, stderr));
    });
    child.stdin?.end();
    child.on('exit', () => {
      const late = setTimeout(() => [child.stdout, child.stderr].forEach(stream => void stream?.destroy()), OUTPUT_MILLISECONDS);
      child.on('close', () => clearTimeout(late));
    });
  });
  return credentialOf(plugin, answer);
}

function notRun(plugin: ExecPlugin, error: Error & { code?: unknown; killed?: boolean; signal?: unknown }, stderr: string): RolloutError {
  if (error.code === 'ENOENT') {
    const hint = plugin.installHint?.slice(0, 300) ?? 'Install it on the agent, or use a kubeconfig with a token.';
    return failed(`The login command ${plugin.command} is not installed.`, hint);
  }
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return failed(`The login command ${plugin.command} printed more than ${MOST_BYTES / 1_000_000} MB.`, RUN_IT);
  // A code of the system, where a process that ran has a number.
  if (typeof error.code === 'string')
    return failed(
      `The login command ${plugin.command} cannot be started (${error.code}).`,
      /\.(cmd|bat)$/i.test(plugin.command)
        ? 'Name a program (.exe) in the kubeconfig: a batch file needs a shell, which is not started for it.'
        : 'Make it executable for the user of the agent, in a form that this system runs.',
    );
  const how = error.killed === true ? `did not answer within ${PATIENCE_SECONDS} s` : `failed (${endOf(error)})`;
  const words = stderr.trim().split('\n').slice(-3).join(' ').slice(-300);
  return failed(
    `The login command ${plugin.command} ${how}${words === '' ? '.' : `: ${masked(words)}`}`,
    'Run it by hand as the same user on the agent.',
  );
}

function endOf({ code, signal }: { readonly code?: unknown; readonly signal?: unknown }): string {
  return typeof signal === 'string' ? `ended by ${signal}` : `exit code ${String(code)}`;
}

// A plugin may print what it was about to hand over.
function masked(text: string): string {
  return text.replace(/[\w+/=.-]{40,}/g, '***');
}

function credentialOf(plugin: ExecPlugin, answer: string): ExecCredential {
  const credential = parsed(plugin, answer);
  const status = fieldsOf(credential.status) ?? {};
  const token = textOf(status.token);
  const [cert, key] = [textOf(status.clientCertificateData), textOf(status.clientKeyData)];
  const certificate = cert !== null && key !== null ? { cert, key } : null;
  if (token === null && certificate === null)
    throw failed(`The login command ${plugin.command} returned neither a token nor a certificate.`, RUN_IT);
  const expiry = Date.parse(textOf(status.expirationTimestamp) ?? '');
  return { token, certificate, expiresAt: Number.isNaN(expiry) ? null : expiry };
}

const RUN_IT = 'Run it by hand: it must print an ExecCredential with a status.';

function parsed(plugin: ExecPlugin, answer: string): Fields {
  const credential = fieldsOf(parsedJson(answer));
  if (credential?.kind === 'ExecCredential' && credential.apiVersion === plugin.apiVersion) return credential;
  throw failed(`The login command ${plugin.command} printed no ExecCredential of ${plugin.apiVersion}.`, RUN_IT);
}

function failed(message: string, hint: string): RolloutError {
  return new RolloutError('LOGIN_FAILED', message, hint);
}
