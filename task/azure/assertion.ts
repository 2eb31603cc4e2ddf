/** A proof of identity signed with a certificate's key, as Entra ID wants it instead of a secret. */
import { createHash, createPrivateKey, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { notWhole } from './endpoint.ts';

const VALID_SECONDS = 600;

/** A JWT for the application, valid for ten minutes; `pem` has the certificate and its key. Throws LOGIN_FAILED where either cannot be read. */
export function assertionBy(pem: string, client: string, audience: string): string {
  const { key, thumbprint } = read(pem);
  const now = Math.floor(Date.now() / 1000);
  const head = part({ alg: 'RS256', typ: 'JWT', x5t: thumbprint });
  const body = part({ aud: audience, iss: client, sub: client, jti: randomUUID(), nbf: now, exp: now + VALID_SECONDS });
  return `${head}.${body}.${createSign('RSA-SHA256').update(`${head}.${body}`).sign(key, 'base64url')}`;
}

function read(pem: string) {
  try {
    const { raw } = new X509Certificate(block(pem, /-----BEGIN (CERTIFICATE)-----([^-]+)-----END/));
    const key = createPrivateKey(block(pem, /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([^-]+)-----END/));
    return { key, thumbprint: createHash('sha1').update(raw).digest('base64url') };
  } catch {
    throw notWhole('has no certificate with its private key in PEM');
  }
}

/** A field of one line may have lost the line breaks, or hold spaces in their place. */
function block(pem: string, pattern: RegExp): string {
  const [, kind = '', text = ''] = pattern.exec(pem) ?? [];
  const lines = text.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`].join('\n');
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
