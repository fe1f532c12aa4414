/**
 * A file of 1 GiB of random bytes, made on first use.
 *
 * @module
 */

/**
 * The file's path.
 *
 * @returns An absolute path below `bench/data/out/`.
 */
export async function gigabyteFile(): Promise<string> {
  const folder = new URL("../data/out/", import.meta.url);
  await Deno.mkdir(folder, { recursive: true });
  const path = decodeURIComponent(new URL("random-1GiB.bin", folder).pathname);
  const info = await Deno.stat(path).catch(() => null);
  if (info?.size === 2 ** 30) return path;
  using file = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
  });
  const block = new Uint8Array(65_536);
  for (let done = 0; done < 2 ** 30; done += block.length) {
    crypto.getRandomValues(block);
    let at = 0;
    while (at < block.length) at += await file.write(block.subarray(at));
  }
  return path;
}
