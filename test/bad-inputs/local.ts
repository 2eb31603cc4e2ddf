/** Files of the machine that an action would miss later: what, the files, the inputs, and how it is told before anything is contacted. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { RawInputs } from '../../src/inputs/parse.ts';

const keyPem = (encrypted: boolean): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...(encrypted ? { cipher: 'aes-128-cbc', passphrase: 'hunter2' } : {}) },
  }).privateKey;

const SELF_SIGNED = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', '/dev/null', '-subj', '/CN=localhost'];
const certificate = execFileSync('openssl', SELF_SIGNED, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const NO_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const NO_KEY = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
const asked = { soak: '1m', metrics: 'errors', prometheus: 'https://127.0.0.1:1' };

type Row = readonly [what: string, files: Readonly<Record<string, string>>, inputs: RawInputs, says: RegExp];

/** A key beside a certificate that is one. */
const withKey = (what: string, key: string, says: RegExp): Row => [
  what,
  { 'k.pem': key },
  { ...asked, 'prometheus-certificate': certificate, 'prometheus-key': 'k.pem' },
  says,
];
const withAuthority = (what: string, ca: string, says: RegExp): Row => [
  what,
  { 'k.pem': keyPem(false) },
  { ...asked, 'prometheus-ca': ca },
  says,
];

export const badLocals: readonly Row[] = [
  withAuthority('an authority that is not there', 'nope.pem', /--prometheus-ca: neither PEM .* nor a file/),
  withAuthority('an authority that is no PEM', 'web.yaml', /--prometheus-ca: the file holds no PEM/),
  withAuthority('an authority of nothing', NO_CERTIFICATE, /--prometheus-ca: it holds no certificate that can be read/),
  withAuthority('a key as an authority', 'k.pem', /--prometheus-ca: it holds no certificate/),
  [
    'a client certificate of nothing',
    { 'k.pem': keyPem(false) },
    { ...asked, 'prometheus-certificate': NO_CERTIFICATE, 'prometheus-key': 'k.pem' },
    /--prometheus-certificate: it holds no certificate that can be read/,
  ],
  withKey('a key of nothing', NO_KEY, /--prometheus-key: it holds no private key that can be read/),
  withKey('a certificate as a key', certificate, /--prometheus-key: it holds no private key that can be read/),
  withKey('a key of another certificate', keyPem(false), /--prometheus-key: it belongs to another certificate/),
  withKey('an encrypted key', keyPem(true), /--prometheus-key: it is encrypted/),
  [
    'a script of an analysis that is not there',
    { 'analysis.yaml': 'soak: 1m\nmetrics:\n  - metric: smoke\n    script: ./nope.sh\n' },
    { analysis: 'analysis.yaml' },
    /analysis\.yaml:2: metrics: smoke: \.\/nope\.sh does not exist/,
  ],
];
