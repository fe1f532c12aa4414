/** The sketches' hash, against values of a Python implementation. */

import { assertEquals } from "@std/assert";
import { hashNumber, hashText, lanes } from "./_lanes.ts";

function hex(): string {
  return [lanes.a, lanes.b]
    .map((lane) => (lane >>> 0).toString(16).padStart(8, "0"))
    .join(" ");
}
