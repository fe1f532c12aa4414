/**
 * Writing results on stdout and everything else on stderr. A reader that
 * goes away (`| head`) ends the command quietly.
 *
 * @module
 */

const ENCODER = new TextEncoder();

/** Thrown when nobody reads stdout any more; the command ends with 0. */
export class ClosedPipe extends Error {
  /** The class's name. */
  override readonly name = "ClosedPipe";
}

/** Thrown when stdout takes no more, for instance on a full disk. */
export class WriteFailed extends Error {
  /** The class's name. */
  override readonly name = "WriteFailed";
}

/**
 * Writes all bytes of a result to stdout.
 *
 * @param bytes The bytes.
 * @throws {ClosedPipe} If the reader of stdout is gone.
 * @throws {WriteFailed} If stdout takes no more.
 */
export async function writeOut(bytes: Uint8Array): Promise<void> {
  try {
    let done = 0;
    while (done < bytes.length) {
      done += await Deno.stdout.write(bytes.subarray(done));
    }
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ClosedPipe();
    const reason = error instanceof Error ? error.message : String(error);
    throw new WriteFailed(`Cannot write to stdout: ${reason}`);
  }
}

/**
 * Writes text to stdout.
 *
 * @param text The text, line ends included.
 */
export async function printOut(text: string): Promise<void> {
  await writeOut(ENCODER.encode(text));
}

/**
 * Writes a line to stderr; a stderr that is gone is no reason to fail. What
 * a name holds cannot end the line nor control the terminal.
 *
 * @param text The line without its end.
 */
export function printError(text: string): void {
  writeError(visible(text) + "\n");
}

/** What controls a terminal, ends a line or turns its direction. */
const CONTROLS = /[\p{Control}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/**
 * A text whose control characters are seen and do nothing.
 *
 * @param text The text.
 * @returns The text with `\xNN` or `\u{...}` in their place.
 */
export function visible(text: string): string {
  return text.replaceAll(CONTROLS, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16).padStart(2, "0");
    return code < 0x100 ? `\\x${hex}` : `\\u{${hex}}`;
  });
}

/**
 * Writes text to stderr as it is.
 *
 * @param text The text.
 */
export function writeError(text: string): void {
  try {
    const bytes = ENCODER.encode(text);
    let done = 0;
    while (done < bytes.length) {
      done += Deno.stderr.writeSync(bytes.subarray(done));
    }
  } catch {
    // Nobody is left to be told.
  }
}

/**
 * Columns of the terminal that stdout is, else 80.
 *
 * @returns The width, at least 40.
 */
export function outWidth(): number {
  try {
    const columns = Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 0;
    if (columns > 0) return Math.max(40, columns);
  } catch {
    // No size is known.
  }
  const wanted = Number(environment("COLUMNS"));
  return Number.isInteger(wanted) && wanted >= 40 ? wanted : 80;
}

/**
 * Whether stdout shows colours: a terminal, and `NO_COLOR` is not set.
 *
 * @returns True for colours.
 */
export function outColor(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor;
}

/**
 * A variable of the environment, where reading it is granted already.
 *
 * @param name The variable.
 * @returns Its value, or undefined.
 */
export function environment(name: string): string | undefined {
  const descriptor = { name: "env", variable: name } as const;
  const granted = Deno.permissions.querySync(descriptor).state === "granted";
  return granted ? Deno.env.get(name) : undefined;
}
