/** The complete lines of a stream, together as they arrive; an unfinished last line is dropped. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    const lines = pieces.filter(line => line !== '');
    if (lines.length > 0) yield lines;
  }
}
