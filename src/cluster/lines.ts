/** No object is as long: etcd takes a tenth of it. */
const MOST_CHARACTERS = 16_000_000;

/** The complete lines of a stream, together as they arrive; an unfinished last line is dropped, and one that does not end breaks the stream. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > MOST_CHARACTERS) throw Object.assign(new Error('the line is too long'), { code: 'TOO_LONG' });
    const lines = pieces.filter(line => line !== '');
    if (lines.length > 0) yield lines;
  }
}
