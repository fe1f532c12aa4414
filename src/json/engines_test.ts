/** Damaged selections: both engines find, print and refuse the same. */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { nativeAvailable, streamOf } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import { sampleDocument } from "./_door.ts";
import type { JsonOptions } from "./options.ts";
import { selectJsonChunks } from "./select.ts";

const TELLING = [...'{}[],:"\\ 01-.etn\n\r\x00\x1f']
  .map((letter) => letter.charCodeAt(0)).concat(0x80, 0xC3, 0xEF, 0xFF);
const POINTERS = [
  ["/seed"],
  ["$.rows[*].at"],
  ["/rows/1/word", "$.rows[*].price", "/rows/0", "$.*", "/seed/x"],
  ["$.rows[*].at.list[1]", "$.rows[0].*", ""],
];
const LINES = '{"id":1,"at":{"x":[1,2],"y":"a\\"b"}}\r\n\n[1,2]\n' +
  '{"at":{"x":null},"\\u0069d":"é"}\n{"id":-1.5e3}';

function damaged(random: Random, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = [...bytes];
  for (let change = random.below(4); change > 0; change--) {
    const at = random.below(out.length + 1);
    const kind = random.below(3);
    if (kind === 0) out[at] = random.pick(TELLING);
    else if (kind === 1) out.splice(at, random.below(3));
    else out.splice(at, 0, random.pick(TELLING));
  }
  return new Uint8Array(out);
}

/** The output, and the error with its place. */
async function outcome(
  bytes: Uint8Array<ArrayBuffer>,
  pointers: string[],
  options: JsonOptions,
  chunk: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    const input = chunk > 0 ? streamOf(bytes, chunk) : bytes;
    for await (const piece of selectJsonChunks(input, pointers, options)) {
      text += decoder.decode(piece, { stream: true });
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, line, column, byteOffset, message } = error;
    text += JSON.stringify({ code, line, column, byteOffset, message });
  }
  return text;
}

Deno.test({
  name: "selectJson() says the same of damaged input on both engines",
  ignore: !nativeAvailable(),
  async fn() {
    const document = sampleDocument(700, 5);
    const lines = new TextEncoder().encode(LINES);
    let refused = 0;
    for (let seed = 1; seed <= 6000; seed++) {
      const random = new Random(seed);
      const isLines = random.below(2) === 0;
      const bytes = damaged(random, isLines ? lines : document);
      const options: JsonOptions = {
        format: isLines ? "ndjson" : "json",
        maxDepth: random.pick([1024, 4]),
        surrogates: random.pick(["error", "allow"]),
      };
      const pointers = isLines
        ? random.pick([["/id"], ["/id", "/at/x"], ["$.at.*", "$.*"]])
        : random.pick(POINTERS);
      const chunk = random.pick([0, 0, 7, 64]);
      const run = (engine: "native" | "typescript") =>
        outcome(bytes, pointers, { ...options, engine }, chunk);
      const expected = await run("typescript");
      if (expected.includes('"code"')) refused++;
      assertEquals(await run("native"), expected, `seed ${seed}`);
    }
    assert(refused > 1000 && refused < 5900, String(refused));
  },
});
