/** Whether what stands in PEM is a certificate or a key: TLS itself says so when the first connection is made, in words of its own. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Meeting } from './ask.ts';

/** The part of a meeting that cannot be used, and why. */
export interface Unfit {
  readonly part: keyof Meeting;
  readonly why: string;
}

/** What TLS will not take; null where it takes all of it. */
export function unfitFor({ ca, certificate, key }: Meeting): Unfit | null {
  if (ca !== null && !hasCertificate(ca)) return { part: 'ca', why: 'it holds no certificate that can be read' };
  if (certificate !== null && !hasCertificate(certificate)) return { part: 'certificate', why: 'it holds no certificate that can be read' };
  const why = key === null ? null : unfitKey(key, certificate);
  return why === null ? null : { part: 'key', why };
}

/** The first certificate of a chain is the client's own. */
function unfitKey(key: string, certificate: string | null): string | null {
  try {
    const read = createPrivateKey(key);
    const isIts = certificate === null || new X509Certificate(certificate).checkPrivateKey(read);
    return isIts ? null : 'it belongs to another certificate';
  } catch (error) {
    return wordsOf(error);
  }
}

/** A bundle is used for those of its certificates that can be read. */
function hasCertificate(text: string): boolean {
  const blocks = text.match(/-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g) ?? [];
  return blocks.some(block => block.includes('TRUSTED') || isCertificate(block));
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== null;
  } catch {
    return false;
  }
}

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /bad decrypt|password|interrupted or cancelled/i.test(text)
    ? 'it is encrypted, and nobody could enter its password: give it decrypted'
    : 'it holds no private key that can be read';
}
