/** What a user may not read: it is named, and no digest hides it. */

import { assertEquals } from "@std/assert";
import { cli } from "../../tests/_cli.ts";
import { Scratch } from "../../tests/_scratch.ts";

const ENGINES = ["native", "typescript"];

/** The superuser may read everything, unless that right is dropped. */
const DROPPED = "-dac_override,-dac_read_search";
const PREFIX = Deno.build.os !== "windows" && Deno.uid() === 0
  ? ["setpriv", "--bounding-set", DROPPED, "--inh-caps", DROPPED]
  : [];

const canTest = Deno.build.os !== "windows" &&
  await new Deno.Command(PREFIX[0] ?? "true", { args: ["--version"] })
    .output().then(({ success }) => success, () => false);

/** Exit code, stdout and stderr of a command that must obey permissions. */
async function run(cwd: string, args: readonly string[]) {
  const options = { cwd, through: PREFIX };
  const { code, stdout, stderr } = await cli(["hash", ...args], options);
  return [code, stdout, stderr];
}

function denied(path: string): string {
  return `${path}: Cannot read "${path}": permission denied ` +
    "(INPUT_UNREADABLE)\n";
}

for (const engine of ENGINES) {
  Deno.test({
    name: `cli: rules that cannot be read are a failure (${engine})`,
    ignore: !canTest,
    async fn() {
      await using scratch = new Scratch();
      const { path: cwd } = scratch;
      scratch.write("d/.gitignore", ".gitignore\n*.log\n");
      scratch.write("d/x.log", "");
      Deno.chmodSync(`${cwd}/d/.gitignore`, 0);
      const options = ["d", "--gitignore", "--engine", engine];
      for (const globs of [[], ["--glob", "*.log"], ["--glob", "!.git*"]]) {
        const tree = await run(cwd, ["tree", ...options, ...globs]);
        assertEquals(tree, [1, "", denied("d/.gitignore")]);
        const files = await run(cwd, ["files", ...options, ...globs]);
        assertEquals([files[0], files[2]], [1, denied("d/.gitignore")]);
      }
    },
  });

  Deno.test({
    name:
      `cli: files of a folder that can only be listed are named (${engine})`,
    ignore: !canTest,
    async fn() {
      await using scratch = new Scratch();
      const { path: cwd } = scratch;
      for (const path of ["d/f", "d/sub/g"]) scratch.write(path, "");
      Deno.chmodSync(`${cwd}/d/sub`, 0o444);
      const sub = await run(cwd, ["tree", "d", "--engine", engine]);
      assertEquals(sub, [1, "", denied("d/sub/g")]);
      Deno.chmodSync(`${cwd}/d`, 0o444);
      const whole = await run(cwd, ["files", "d", "--engine", engine]);
      assertEquals(whole, [1, "", denied("d/f") + denied("d/sub")]);
      Deno.chmodSync(`${cwd}/d`, 0o755);
      Deno.chmodSync(`${cwd}/d/sub`, 0o755);
    },
  });
}
