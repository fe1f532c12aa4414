/**
 * Generated data as files, written once to `bench/data/out/`.
 *
 * @module
 */

/**
 * A file of generated data, made on first use.
 *
 * @param name Its name; it says what is in it.
 * @param chunks Makes the content.
 * @returns The path.
 */
export async function dataFile(
  name: string,
  chunks: () => Iterable<Uint8Array>,
): Promise<string> {
  const folder = new URL("out/", import.meta.url);
  await Deno.mkdir(folder, { recursive: true });
  const path = decodeURIComponent(new URL(name, folder).pathname);
  if (await Deno.stat(path).catch(() => null) !== null) return path;
  const part = `${path}.part`;
  using file = await Deno.open(part, {
    write: true,
    create: true,
    truncate: true,
  });
  for (const chunk of chunks()) {
    let done = 0;
    while (done < chunk.length) done += await file.write(chunk.subarray(done));
  }
  await Deno.rename(part, path);
  return path;
}
