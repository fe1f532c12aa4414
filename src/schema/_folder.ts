/**
 * Folders with files for tests.
 *
 * @module
 */

/** Texts or bytes of files by their paths; null is an empty folder. */
export type Tree = Readonly<Record<string, string | Uint8Array | null>>;

/** A folder that is removed when it is disposed of. */
export class Folder implements Disposable {
  /** Its path. */
  readonly path: string = Deno.realPathSync(Deno.makeTempDirSync());

  /** Makes the folder with files. */
  constructor(tree: Tree = {}) {
    this.write(tree);
  }

  /** Writes files. */
  write(tree: Tree): void {
    for (const [name, content] of Object.entries(tree)) {
      const path = this.at(name);
      const folder = content === null
        ? path
        : path.slice(0, path.lastIndexOf("/"));
      Deno.mkdirSync(folder, { recursive: true });
      if (typeof content === "string") Deno.writeTextFileSync(path, content);
      else if (content !== null) Deno.writeFileSync(path, content);
    }
  }

  /** The path of a name in it. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
