/**
 * Folders of files to hash, made on first use.
 *
 * @module
 */

const OUT = new URL("../data/out/", import.meta.url);

/**
 * A folder of files of pseudo-random bytes in 64 folders.
 *
 * @param name The folder's name below `bench/data/out/`.
 * @param count How many files.
 * @param sizeOf The bytes of a file by its number.
 * @returns The folder's path.
 */
export async function fileSet(
  name: string,
  count: number,
  sizeOf: (index: number) => number,
): Promise<string> {
  const root = decodeURIComponent(new URL(name, OUT).pathname);
  const done = `${root}.done`;
  if (await Deno.stat(done).then(() => true, () => false)) return root;
  await Deno.mkdir(OUT, { recursive: true });
  await Deno.remove(root, { recursive: true }).catch(() => {});
  const noise = new Uint8Array(1 << 22);
  for (let at = 0; at < noise.length; at += 65_536) {
    crypto.getRandomValues(noise.subarray(at, at + 65_536));
  }
  for (let index = 0; index < count; index++) {
    const folder = `${root}/${String(index % 64).padStart(2, "0")}`;
    if (index < 64) await Deno.mkdir(folder, { recursive: true });
    const path = `${folder}/file-${String(index).padStart(6, "0")}.bin`;
    using file = Deno.openSync(path, { write: true, create: true });
    const size = sizeOf(index);
    for (let at = 0; at < size; at += noise.length >> 1) {
      const begin = index * 4099 % (noise.length >> 1);
      const end = begin + Math.min(size - at, noise.length >> 1);
      file.writeSync(noise.subarray(begin, end));
    }
  }
  await Deno.writeTextFile(done, "");
  return root;
}

/**
 * 50,000 files of 1 to 5 KB, or as many as `FASTPATH_VERSUS_FILES` says.
 *
 * @returns The folder's path.
 */
export function smallFiles(): Promise<string> {
  const count = Number(Deno.env.get("FASTPATH_VERSUS_FILES") ?? 50_000);
  return fileSet(`small-${count}`, count, (at) => 1000 + at * 7919 % 4001);
}

/**
 * 1 GiB in 64 files, or as many MiB as `FASTPATH_VERSUS_MIB` says.
 *
 * @returns The folder's path.
 */
export function largeFiles(): Promise<string> {
  const mib = Number(Deno.env.get("FASTPATH_VERSUS_MIB") ?? 1024);
  return fileSet(`large-${mib}`, 64, () => mib * 2 ** 20 / 64);
}
