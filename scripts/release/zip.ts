/** Zip files that come out alike for the same entries: no clock, no owner, the order as given. */
import { crc32, deflateRawSync } from 'node:zlib';

/** One file of a zip: its path with `/`, and whether a shell may start it. */
export interface Entry {
  readonly path: string;
  readonly content: Buffer;
  readonly executable?: boolean;
}

/** The bytes of a zip with these files, for entries of up to 4 GB together. */
export function zip(entries: readonly Entry[]): Buffer {
  let offset = 0;
  const written = entries.map(entry => {
    const packed = deflateRawSync(entry.content, { level: 9 });
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common(entry, packed.length), Buffer.from(entry.path), packed]);
    const central = Buffer.concat([directoryEntry(entry, packed.length, offset), Buffer.from(entry.path)]);
    offset += local.length;
    return { local, central };
  });
  const directory = Buffer.concat(written.map(({ central }) => central));
  return Buffer.concat([...written.map(({ local }) => local), directory, end(entries.length, directory.length, offset)]);
}

/** What the head of a file and its entry of the directory share: version 2.0, names in UTF-8, deflated, 1980-01-01, sum, sizes, name. */
function common({ path, content }: Entry, packed: number): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x800, 2);
  head.writeUInt16LE(8, 4);
  head.writeUInt16LE(0x21, 8);
  head.writeUInt32LE(crc32(content), 10);
  head.writeUInt32LE(packed, 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt16LE(Buffer.byteLength(path), 22);
  return head;
}

/** The entry of the directory, without the name: made on Unix, so that the mode counts. */
function directoryEntry(entry: Entry, packed: number, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((entry.executable === true ? 0o100755 : 0o100644) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common(entry, packed), tail]);
}

function end(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(18);
  record.writeUInt16LE(count, 4);
  record.writeUInt16LE(count, 6);
  record.writeUInt32LE(size, 8);
  record.writeUInt32LE(offset, 12);
  return Buffer.concat([Buffer.from('PK\x05\x06'), record]);
}
