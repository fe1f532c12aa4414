/**
 * Small chunks gathered into large ones, read ahead: while a kernel works on
 * one, the next comes in.
 *
 * @module
 */

/** What a chunk of a stream has at most, as a rule. */
const LARGEST_CHUNK_BYTES = 1 << 18;

/**
 * Larger chunks, read ahead.
 *
 * @param chunks The chunks; each is good until the next is asked for.
 * @param bytes What a gathered chunk has at least, but for the last.
 * @returns The same bytes. A chunk is good until the next is asked for: two
 * buffers take turns, whatever the size of it all.
 */
export async function* readAhead(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  bytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const room = bytes + LARGEST_CHUNK_BYTES;
  let [now, later] = [new Uint8Array(room), new Uint8Array(room)];
  let isReading = true;
  const gatherInto = async (buffer: Uint8Array<ArrayBuffer>) => {
    isReading = true;
    const block = await gather(chunks, buffer, bytes);
    isReading = false;
    return block;
  };
  let coming = gatherInto(now);
  try {
    while (true) {
      const block = await coming;
      if (block.length === 0) return;
      coming = gatherInto(later);
      // Its error is thrown when it is its turn.
      coming.catch(() => {});
      yield block;
      [now, later] = [later, now];
    }
  } finally {
    const ending = chunks.return(undefined);
    // Where a read hangs, so would its end.
    if (isReading) ending.catch(() => {});
    else await ending;
  }
}

/** Fills a buffer with chunks; one that is larger comes as it is. */
async function gather(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  buffer: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let length = 0;
  while (length < bytes) {
    const { value, done } = await chunks.next();
    if (done) break;
    if (value.length > buffer.length - length) {
      const whole = new Uint8Array(length + value.length);
      whole.set(buffer.subarray(0, length));
      whole.set(value, length);
      return whole;
    }
    buffer.set(value, length);
    length += value.length;
  }
  return buffer.subarray(0, length);
}
