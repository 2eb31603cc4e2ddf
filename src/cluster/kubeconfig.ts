import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { RolloutError } from '../errors.ts';
import type { Access } from './access.ts';
import { codeOf } from './faults.ts';
import { inCluster, isInCluster } from './in-cluster.ts';
import { entriesOf, type Fields, fieldsOf, listOf, type Named, textOf } from './kubeconfig-fields.ts';
import { flagOf, refuseOtherTypes } from './kubeconfig-types.ts';
import { loginOf } from './login.ts';
import { pem } from './pem.ts';
import { readSmallFile } from './small-file.ts';
import { decoded } from './text.ts';

/** Where the configuration comes from: inline text, a path, or null for what kubectl would take. */
export interface KubeconfigSource {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Document {
  readonly clusters: readonly Named[];
  readonly contexts: readonly Named[];
  readonly users: readonly Named[];
  readonly current: string | null;
  /** The sources' names, for messages. */
  readonly from: string;
}

/** Reads the kubeconfig and resolves the context; throws INVALID_KUBECONFIG, LOGIN_FAILED for an unsupported login, and TOKEN_EXPIRED. */
export async function readKubeconfig(source: KubeconfigSource): Promise<Access> {
  const documents = await readDocuments(source);
  return documents.length === 0 ? inCluster(source.environment) : accessOf(merged(documents), source.context);
}

async function readDocuments(source: KubeconfigSource): Promise<readonly Document[]> {
  if (source.kubeconfig !== null) return [await given(source.kubeconfig)];
  const listed = (source.environment.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  if (listed.length > 0) return present(listed, await Promise.all(listed.map(path => fromFile(path))));
  const usual = join(source.environment.HOME || source.environment.USERPROFILE || homedir(), '.kube', 'config');
  const found = await fromFile(usual);
  if (found !== null) return [found];
  if (isInCluster(source.environment)) return [];
  throw new RolloutError('INVALID_KUBECONFIG', `No kubeconfig: neither $KUBECONFIG nor ${usual} exists.`, GIVE_ONE);
}

const GIVE_ONE =
  'Set KUBECONFIG, set the input kubeconfig to a path or to the text itself, name a service connection (Azure Pipelines), or log in to the cluster in an earlier step.';

async function given(kubeconfig: string): Promise<Document> {
  const text = unpacked(kubeconfig) ?? (isText(kubeconfig) ? kubeconfig : null);
  if (text !== null) return parsed(text, 'the kubeconfig given', process.cwd());
  const found = await fromFile(kubeconfig.trim());
  if (found !== null) return found;
  // What was given may be a secret that was cut or misspelt: no part of it is shown.
  throw new RolloutError(
    'INVALID_KUBECONFIG',
    'The input kubeconfig is neither the path of a readable file nor the text of a kubeconfig, plain or in base64.',
    GIVE_ONE,
  );
}

/** Many keep a kubeconfig in base64, so that it is one line. */
function unpacked(kubeconfig: string): string | null {
  const packed = kubeconfig.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(packed)) return null;
  const text = decoded(Buffer.from(packed, 'base64'));
  return isText(text) ? text : null;
}

function isText(kubeconfig: string): boolean {
  return /\n|^\s*\{|^\s*(apiVersion|kind|clusters|contexts|users)\s*:/.test(kubeconfig.trim());
}

function present(paths: readonly string[], found: readonly (Document | null)[]): readonly Document[] {
  const documents = found.filter(document => document !== null);
  if (documents.length > 0) return documents;
  throw new RolloutError('INVALID_KUBECONFIG', `The kubeconfig ${paths.join(delimiter)} named by KUBECONFIG does not exist.`, GIVE_ONE);
}

/** What cannot be the path of a file is none either. */
const NO_FILE: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

async function fromFile(path: string): Promise<Document | null> {
  const text = await readSmallFile(path).catch((error: unknown) => {
    const cause = codeOf(error);
    if (NO_FILE.includes(cause)) return null;
    throw new RolloutError('INVALID_KUBECONFIG', `The kubeconfig ${path} cannot be read (${cause}).`, GIVE_ONE);
  });
  return text === null ? null : parsed(text, path, dirname(resolve(path)));
}

function parsed(text: string, from: string, directory: string): Document {
  const fields = fieldsOf(yaml(text, from));
  if (fields === null || !('clusters' in fields || 'contexts' in fields || 'users' in fields)) {
    throw new RolloutError('INVALID_KUBECONFIG', `${from} is not a kubeconfig: it has no clusters, contexts and users.`, GIVE_ONE);
  }
  return {
    clusters: entriesOf(fields.clusters, 'cluster', directory),
    contexts: entriesOf(fields.contexts, 'context', directory),
    users: entriesOf(fields.users, 'user', directory),
    current: textOf(fields['current-context']),
    from,
  };
}

// Every scalar stays text: a token or a name of digits only is not a number.
function yaml(text: string, from: string): unknown {
  try {
    return load(text, { schema: FAILSAFE_SCHEMA });
  } catch (error) {
    const line = fieldsOf(fieldsOf(error)?.mark)?.line;
    const where = typeof line === 'number' ? `, line ${line + 1}` : '';
    throw new RolloutError('INVALID_KUBECONFIG', `${from}${where}: not YAML or JSON.`, GIVE_ONE);
  }
}

// As kubectl merges: whoever names a thing first wins.
function merged(documents: readonly Document[]): Document {
  return {
    clusters: documents.flatMap(document => document.clusters),
    contexts: documents.flatMap(document => document.contexts),
    users: documents.flatMap(document => document.users),
    current: documents.find(document => document.current !== null)?.current ?? null,
    from: documents.map(document => document.from).join(delimiter),
  };
}

async function accessOf(document: Document, wanted: string | null): Promise<Access> {
  const context = contextOf(document, wanted);
  refuseOtherTypes('context', context);
  const cluster = namedOf(document, context, 'cluster');
  const user = textOf(context.fields.user);
  return {
    ...(await clusterOf(cluster)),
    namespace: textOf(context.fields.namespace),
    login: user === null ? { kind: 'none' } : await loginOf(namedOf(document, context, 'user'), clusterInfo(cluster)),
  };
}

function contextOf(document: Document, wanted: string | null): Named {
  const name = wanted ?? document.current;
  const names = document.contexts.map(context => context.name).join(', ') || 'none';
  if (name === null) {
    const message = `${document.from} has no current context.`;
    throw new RolloutError('INVALID_KUBECONFIG', message, `Name one with the input context (available: ${names}), or set current-context.`);
  }
  const found = document.contexts.find(context => context.name === name);
  if (found !== undefined) return found;
  const message = `${document.from} has no context "${name}".`;
  throw new RolloutError('INVALID_KUBECONFIG', message, `Contexts there: ${names}.`);
}

function namedOf(document: Document, context: Named, what: 'cluster' | 'user'): Named {
  const name = textOf(context.fields[what]);
  const found = document[`${what}s` as const].find(entry => entry.name === name);
  if (found !== undefined) {
    refuseOtherTypes(what, found);
    return found;
  }
  const message = `${document.from}: context "${context.name}" names the ${what} "${name ?? ''}", which does not exist.`;
  throw new RolloutError('INVALID_KUBECONFIG', message, `Add the ${what}, or name another context with the input context.`);
}

async function clusterOf(cluster: Named): Promise<Omit<Access, 'namespace' | 'login'>> {
  const { fields } = cluster;
  const ca = await pem({ ...cluster, what: 'certificate-authority' });
  const insecure = flagOf(cluster, 'insecure-skip-tls-verify');
  if (insecure && ca !== null) throw contradictory(cluster);
  return {
    server: serverOf(cluster),
    ca,
    insecure,
    serverName: textOf(fields['tls-server-name']),
    proxyUrl: textOf(fields['proxy-url']),
  };
}

/** As for kubectl: whoever gives an authority means it to be held against. */
const contradictory = ({ name }: Named): RolloutError =>
  new RolloutError(
    'INVALID_KUBECONFIG',
    `The kubeconfig's cluster "${name}" has a certificate-authority and insecure-skip-tls-verify: with the second nothing is held against the first.`,
    'Remove one of them: insecure-skip-tls-verify, unless you mean to accept any certificate.',
  );

function serverOf(cluster: Named): string {
  const server = textOf(cluster.fields.server) ?? '';
  const url = server.includes('://') ? server : `https://${server}`;
  // A bare number is read as an address by URL: 7 would be 0.0.0.7.
  if (server !== '' && !/^\d+$/.test(server) && URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, '');
  const message = `The kubeconfig's cluster "${cluster.name}" has no valid server URL.`;
  throw new RolloutError('INVALID_KUBECONFIG', message, 'The server must be a URL such as https://my-cluster.example.com:6443.');
}

function clusterInfo(cluster: Named): Fields {
  const { fields } = cluster;
  const config = listOf(fields.extensions)
    .map(fieldsOf)
    .find(entry => textOf(entry?.name) === 'client.authentication.k8s.io/exec')?.extension;
  return {
    server: serverOf(cluster),
    'tls-server-name': textOf(fields['tls-server-name']) ?? undefined,
    'insecure-skip-tls-verify': flagOf(cluster, 'insecure-skip-tls-verify') || undefined,
    'certificate-authority-data': textOf(fields['certificate-authority-data']) ?? undefined,
    'proxy-url': textOf(fields['proxy-url']) ?? undefined,
    config,
  };
}
