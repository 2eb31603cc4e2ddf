/** Kubeconfigs that are read and lead nowhere, with the code and the party that is named. */

/** A kubeconfig of one user and one cluster. */
export function kubeconfigOf(server: string, user: object, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'default' } }],
    users: [{ name: 'u', user }],
  });
}

const VERSION = 'client.authentication.k8s.io/v1';
const login = (script: string): object => ({
  exec: { apiVersion: VERSION, command: 'sh', args: ['-c', script], interactiveMode: 'Never' },
});
const printing = (status: object | null, apiVersion = VERSION): object =>
  login(`printf '%s' '${JSON.stringify({ kind: 'ExecCredential', apiVersion, ...(status ? { status } : {}) })}'`);

const proxied = (url: string): object => ({ 'proxy-url': url });

export interface BadConnection {
  readonly user?: object;
  readonly cluster?: object;
  /** The simulated cluster's when absent. */
  readonly server?: string;
  readonly code: string;
  readonly says: RegExp;
}

const broken = { code: 'INVALID_KUBECONFIG', says: /contains a line break or another character that is not allowed in a header/ };
const failed = (user: object, says: RegExp): BadConnection => ({ user, code: 'LOGIN_FAILED', says });

export const badConnections: ReadonlyMap<string, BadConnection> = new Map([
  ['a token of two lines', { user: { token: 'hunter2\nhunter2' }, ...broken }],
  ['a token with a control character', { user: { token: 'hunter2\u0001' }, ...broken }],
  ['a token with a dash of an editor', { user: { token: 'hunter2\u2013' }, ...broken }],
  [
    'a name to act as of two lines',
    { user: { token: 'hunter2', as: 'a\r\nX: y' }, code: 'INVALID_KUBECONFIG', says: /The as, as-uid or as-groups/ },
  ],
  ['a token that is not known', { user: { token: 'hunter2' }, code: 'UNAUTHORIZED', says: /does not accept the login/ }],
  ['a number as a token', { user: { token: 7 }, code: 'UNAUTHORIZED', says: /does not accept the login/ }],
  ['no login', { user: {}, code: 'UNAUTHORIZED', says: /does not accept the login/ }],
  ['a token file that is not there', { user: { tokenFile: '/nope' }, code: 'INVALID_KUBECONFIG', says: /token file \/nope/ }],
  ['a directory as a token file', { user: { tokenFile: '/etc' }, code: 'INVALID_KUBECONFIG', says: /token file \/etc/ }],
  ['a token file without end', { user: { tokenFile: '/dev/zero' }, code: 'INVALID_KUBECONFIG', says: /token file \/dev\/zero/ }],
  [
    'an authority without end',
    { cluster: { 'certificate-authority': '/dev/zero' }, code: 'INVALID_KUBECONFIG', says: /certificate-authority \/dev\/zero/ },
  ],
  ['a login command that is not there', failed({ exec: { apiVersion: VERSION, command: 'nope-login' } }, /nope-login is not installed/)],
  ['a login command of no name', failed({ exec: { apiVersion: VERSION } }, /exec plugin without a command/)],
  ['a login command that fails', failed(login('exit 3'), /sh failed \(exit code 3\)/)],
  ['a login command that is killed', failed(login('kill -9 $$'), /sh failed \(ended by SIGKILL\)/)],
  ['a login command that leaves one behind at its pipe', failed(login('sleep 60 & exit 3'), /sh failed \(exit code 3\)/)],
  ['a login command that says nothing', failed(login('true'), /printed no ExecCredential/)],
  ['a login command that says hello', failed(login('echo hello'), /printed no ExecCredential/)],
  ['a login command that says null', failed(login('echo null'), /printed no ExecCredential/)],
  ['a login command that says too much', failed(login('yes | head -c 9000000'), /sh printed more than 4 MB/)],
  ['a login command that complains too much', failed(login('yes | head -c 9000000 >&2'), /sh printed more than 4 MB/)],
  ['a login command of no status', failed(printing(null), /returned neither a token nor a certificate/)],
  [
    'a login command of another version',
    failed(printing({ token: 'hunter2' }, 'client.authentication.k8s.io/v9'), /printed no ExecCredential/),
  ],
  ['a login command with a token of two lines', failed(printing({ token: 'hunter2\nhunter2' }), /token of the login command/)],
  [
    'a proxy of another scheme',
    { cluster: proxied('ftp://user:hunter2@proxy:1'), code: 'INVALID_KUBECONFIG', says: /proxy-url is not the address/ },
  ],
  ['a proxy without a scheme', { cluster: proxied('proxy:3128'), code: 'INVALID_KUBECONFIG', says: /proxy-url is not the address/ }],
  ['a proxy that is nonsense', { cluster: proxied('::::'), code: 'INVALID_KUBECONFIG', says: /proxy-url is not the address/ }],
  ['TLS where there is none', { server: 'https', code: 'UNREACHABLE', says: /does not speak TLS/ }],
]);

/** The same of those that take the three seconds of a first contact. */
export const slowConnections: ReadonlyMap<string, BadConnection> = new Map([
  [
    'a closed port',
    {
      server: 'http://127.0.0.1:1',
      code: 'UNREACHABLE',
      says: /The API server http:\/\/127\.0\.0\.1:1 cannot be reached: the connection was refused/,
    },
  ],
  [
    'a server with credentials',
    { server: 'http://user:hunter2@127.0.0.1:1', code: 'UNREACHABLE', says: /The API server http:\/\/127\.0\.0\.1:1 cannot/ },
  ],
  [
    'a proxy that is not there',
    { cluster: proxied('http://user:hunter2@127.0.0.1:1'), code: 'UNREACHABLE', says: /The proxy http:\/\/127\.0\.0\.1:1 in front of/ },
  ],
]);
