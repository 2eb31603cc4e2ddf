/** What answers instead of an API server, or as a broken one, and by which code and words it is refused. */
import type { Fault } from '../fakes/fault-proxy.ts';

const json = (body: unknown, code = 200): Fault => ({ status: code, text: JSON.stringify(body) });
const refusal = (code: number, message: string): Fault =>
  json({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message }, code);
const page = (code: number, text: string): Fault => ({ status: code, text, headers: { 'content-type': 'text/html' } });
const KINDS = ['Deployment', 'ReplicaSet', 'Service', 'ConfigMap', 'Secret', 'Pod'].map(kind => ({
  name: `${kind.toLowerCase()}s`,
  kind,
  namespaced: true,
}));

/** `list`: what objects and lists are answered with, where the kinds are told as they should be. */
export const badAnswers: readonly (readonly [what: string, answer: Fault, code: string, says: RegExp, list?: Fault])[] = [
  ['a login page', page(200, '<html>Sign in</html>'), 'API_ERROR', /something other than JSON/],
  ['nothing', { status: 200, text: '' }, 'API_ERROR', /something other than JSON/],
  ['half an answer', { status: 200, text: '{"resources":[' }, 'API_ERROR', /something other than JSON/],
  ['null', json(null), 'API_ERROR', /no list of kinds/],
  ['a list', json([]), 'API_ERROR', /no list of kinds/],
  ['a text', json('hello'), 'API_ERROR', /no list of kinds/],
  ['another object', json({ hello: 1 }), 'API_ERROR', /no list of kinds/],
  ['another program', page(404, '<h1>nginx</h1>'), 'API_ERROR', /though each API server serves them/],
  ['the words of a proxy', { status: 403, text: 'Blocked by the firewall' }, 'FORBIDDEN', /Blocked by the firewall/],
  ['a proxy that asks for a login', page(407, '<p>login</p>'), 'API_ERROR', /a proxy that requires a login/],
  ['a way elsewhere', { status: 302, text: '', headers: { location: 'https://login.example/' } }, 'API_ERROR', /302/],
  ['a teapot', page(418, '<p>no</p>'), 'API_ERROR', /418/],
  ['no login', refusal(401, 'Unauthorized'), 'UNAUTHORIZED', /does not accept the login/],
  ['400 kB of words', refusal(403, 'no '.repeat(133_000)), 'FORBIDDEN', /no no no/],
  ['400 kB of quotes', refusal(422, '"a" '.repeat(100_000)), 'INVALID', /"a" "a"/],
  ['a command of the agent', refusal(403, '##vso[task.complete result=Succeeded]'), 'FORBIDDEN', /# #vso/],
  ['lists of nothing', json({ resources: KINDS }), 'API_ERROR', /what is no object/, json({ items: [null], metadata: {} })],
  ['lists of texts', json({ resources: KINDS }), 'API_ERROR', /what is no object/, json({ items: ['a'] })],
  ['objects without a name', json({ resources: KINDS }), 'API_ERROR', /what is no object/, json({ items: [{ metadata: {} }] })],
  [
    'lists without an end',
    json({ resources: KINDS }),
    'API_ERROR',
    /a list that has no end/,
    json({ items: [], metadata: { continue: 'again' } }),
  ],
  ...[{}, 'x', [null], [7], [{ fieldsV1: 'x' }]].map(
    managedFields =>
      [
        `owners that are ${JSON.stringify(managedFields)}`,
        json({ resources: KINDS }),
        'API_ERROR',
        /what is no object/,
        json({ items: [{ metadata: { name: 'a', managedFields } }] }),
      ] as const,
  ),
  ['lists that are none', json({ resources: KINDS }), 'API_ERROR', /what is no (list|object)/, json({ hello: 1 })],
  ['kinds that are none', json({ resources: [null, 7, { name: 1 }] }), 'API_ERROR', /what is no (list|object)/],
];
