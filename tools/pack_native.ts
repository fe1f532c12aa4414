// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task pack:native`: the built library of this platform as an npm
 * package, `npm/fastpath-native-<os>-<arch>-<version>.tgz`, with its manifest.
 *
 * @module
 */

import { libraryFileName, platformName } from "../ffi/platform.ts";
import { MANIFEST_ENDING } from "../ffi/verify.ts";
import { VERSION } from "../src/version.ts";
import { ROOT, run } from "./_process.ts";

/** The folder of packages; not committed. */
export const PACKAGES: URL = new URL("npm/", ROOT);

/**
 * Packs the library of this platform.
 *
 * @param target The folder for the tarball.
 * @returns The tarball's path.
 * @throws {Error} If the library is not built, or npm fails.
 */
export async function packNative(target: URL = PACKAGES): Promise<string> {
  const platform = platformName(Deno.build);
  const library = libraryFileName(Deno.build.os);
  const built = new URL(`ffi/lib/${platform}/`, ROOT);
  const folder = new URL(`native-${platform}/`, target);
  await Deno.mkdir(folder, { recursive: true });
  for (const name of [library, library + MANIFEST_ENDING]) {
    await copy(new URL(name, built), new URL(name, folder));
  }
  await copy(new URL("LICENSE", ROOT), new URL("LICENSE", folder));
  const [os = "", cpu = "", libc] = platform.split("-");
  const description = {
    name: `@fastpath/native-${platform}`,
    version: VERSION,
    description: `The native library of fastpath for ${platform}`,
    license: "MIT",
    main: library,
    files: [library, library + MANIFEST_ENDING],
    os: [os],
    cpu: [cpu],
    ...(os === "linux" ? { libc: [libc === "musl" ? "musl" : "glibc"] } : {}),
  };
  await Deno.writeTextFile(
    new URL("package.json", folder),
    `${JSON.stringify(description, null, 2)}\n`,
  );
  return await npmPack(folder, target);
}

async function copy(from: URL, to: URL): Promise<void> {
  try {
    await Deno.copyFile(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot pack: no ${from.pathname}, run deno task build`);
  }
}

/**
 * Packs a folder with npm.
 *
 * @param folder The package.
 * @param target The folder for the tarball.
 * @returns The tarball's path.
 * @throws {Error} If npm fails.
 */
export async function npmPack(folder: URL, target: URL): Promise<string> {
  const { code, output } = await run([
    ...["npm", "pack", "--silent", "--pack-destination"],
    ...[
      decodeURIComponent(target.pathname),
      decodeURIComponent(folder.pathname),
    ],
  ]);
  const name = output.trim().split("\n").at(-1) ?? "";
  if (code !== 0 || !name.endsWith(".tgz")) {
    throw new Error(`Cannot pack: npm pack ended with ${code}: ${output}`);
  }
  return decodeURIComponent(new URL(name, target).pathname);
}

if (import.meta.main) console.log(`packed ${await packNative()}`);
