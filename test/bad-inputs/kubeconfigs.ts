/** Kubeconfigs that are wrong. */
const server = 'https://127.0.0.1:1';

const config = (fields: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: {} }],
    'current-context': 'main',
    ...fields,
  });

export const badKubeconfigs: readonly (readonly [what: string, text: string])[] = [
  ['a text', 'hello'],
  ['a number', '7'],
  ['a list', '[]'],
  ['an open brace', '{'],
  ['an open quote', 'a: "b'],
  ['no clusters', config({ clusters: [] })],
  ['clusters of a text', config({ clusters: 'c' })],
  ['clusters of null', config({ clusters: null })],
  ['a cluster of another name', config({ clusters: [{ name: 'other', cluster: { server: 'https://a' } }] })],
  ['a cluster of no server', config({ clusters: [{ name: 'c', cluster: {} }] })],
  ['a server that is no URL', config({ clusters: [{ name: 'c', cluster: { server: 'not a url' } }] })],
  ['a server of another scheme', config({ clusters: [{ name: 'c', cluster: { server: 'ftp://a' } }] })],
  ['a server that is a number', config({ clusters: [{ name: 'c', cluster: { server: '7' } }] })],
  ['an authority that is no base64', config({ clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': '%%%' } }] })],
  [
    'an authority that is no certificate',
    config({ clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': 'aGVsbG8=' } }] }),
  ],
  [
    'a client certificate that is none',
    config({ users: [{ name: 'u', user: { 'client-certificate-data': 'eA==', 'client-key-data': 'eA==' } }] }),
  ],
  [
    'an authority that nothing is held against',
    config({
      clusters: [
        {
          name: 'c',
          cluster: {
            server,
            'insecure-skip-tls-verify': true,
            'certificate-authority-data': Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
          },
        },
      ],
    }),
  ],
  ['a cluster that is a list', config({ clusters: [{ name: 'c', cluster: [server] }] })],
  ['a server that is a list', config({ clusters: [{ name: 'c', cluster: { server: [server] } }] })],
  ['a server name that is a list', config({ clusters: [{ name: 'c', cluster: { server, 'tls-server-name': ['a'] } }] })],
  ['a proxy that is a mapping', config({ clusters: [{ name: 'c', cluster: { server, 'proxy-url': { url: 'http://a' } } }] })],
  ['a flag that is none', config({ clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': 'maybe' } }] })],
  ['a user that is a list', config({ users: [{ name: 'u', user: ['token'] }] })],
  ['a user that is a text', config({ users: [{ name: 'u', user: 'hunter2' }] })],
  ['a token that is a mapping', config({ users: [{ name: 'u', user: { token: { value: 'hunter2' } } }] })],
  ['a token file that is empty', config({ users: [{ name: 'u', user: { tokenFile: '/dev/null' } }] })],
  ['an exec plugin that is a list', config({ users: [{ name: 'u', user: { exec: ['aws'] } }] })],
  ['an exec plugin that is a text', config({ users: [{ name: 'u', user: { exec: 'aws eks get-token' } }] })],
  [
    'an exec plugin with a flag that is none',
    config({
      users: [
        {
          name: 'u',
          user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', provideClusterInfo: 'maybe' } },
        },
      ],
    }),
  ],
  ['a namespace that is a list', config({ contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: ['a'] } }] })],
  ['no contexts', config({ contexts: [] })],
  ['contexts of a number', config({ contexts: 7 })],
  ['a context of no cluster', config({ contexts: [{ name: 'main', context: { user: 'u' } }] })],
  ['a current context that is not there', config({ 'current-context': 'other' })],
  ['a current context of a prototype', config({ 'current-context': '__proto__' })],
  ['an empty current context', config({ 'current-context': '' })],
  ['a user that is not there', config({ users: [] })],
  ['an authority that is not there', config({ clusters: [{ name: 'c', cluster: { server, 'certificate-authority': '/nope.pem' } }] })],
];
