/**
 * The run that commands share: chunks made out of an input, printed or
 * written, with a line of progress and the failure reported.
 *
 * @module
 */

import { EXIT, reportFailure } from "./failure.ts";
import { hintOf } from "./_hints.ts";
import { writeOut } from "./io.ts";
import { startProgress } from "./progress.ts";
import type { Source } from "./source.ts";

/** Makes the chunks, saying how many bytes of the input are done. */
export type Chunks = (
  onProgress: (bytesDone: number) => void,
) => AsyncIterable<Uint8Array>;

/** What a failure is reported with. */
export interface FailureOptions {
  /** Told what it is, before it is reported. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Options that the command has and that were not given. */
  readonly unset?: ReadonlySet<string> | undefined;
}

/**
 * Prints the chunks of an input.
 *
 * @param source The input, whose name a failure begins with.
 * @param chunks Makes the chunks.
 * @param options What a failure is reported with.
 * @returns The exit code: 0, or that of the failure reported.
 */
export function printed(
  source: Source,
  chunks: Chunks,
  { onFailure, unset }: FailureOptions = {},
): Promise<number> {
  let progress = startProgress(source.name, source.bytes);
  return reported(
    source,
    async () => {
      const made = chunks((bytesDone) => progress?.update(bytesDone));
      for await (const chunk of made) {
        // On a terminal the result itself takes the line of the progress.
        if (Deno.stdout.isTerminal()) {
          progress?.clear();
          progress = null;
        }
        await writeOut(chunk);
      }
    },
    () => progress?.clear(),
    { onFailure, unset },
  );
}

/**
 * Writes the chunks of an input to another place than stdout.
 *
 * @param source The input, whose name a failure begins with.
 * @param chunks Makes the chunks.
 * @param write Takes them.
 * @returns The exit code: 0, or that of the failure reported.
 */
export function writtenTo(
  source: Source,
  chunks: Chunks,
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<number> {
  const progress = startProgress(source.name, source.bytes);
  const made = () => chunks((bytesDone) => progress?.update(bytesDone));
  return reported(source, () => write(made()), () => progress?.clear());
}

async function reported(
  source: Source,
  run: () => Promise<void>,
  clear: () => void,
  { onFailure, unset = new Set() }: FailureOptions = {},
): Promise<number> {
  try {
    await run();
    clear();
    return EXIT.ok;
  } catch (error) {
    clear();
    onFailure?.(error);
    return reportFailure(error, source.name, hintOf(error, source, unset));
  }
}
