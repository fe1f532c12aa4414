/**
 * The files of a new operation. What it computes, the sum of all bytes, is
 * there to be replaced; all around it is meant to stay.
 *
 * @module
 */

/** How the parts of an operation are called. */
export interface Names {
  /** The area: a folder, a sub-path and the command's first word. */
  readonly area: string;
  /** The operation: a file and the command's second word. */
  readonly name: string;
  /** The public function: `nameArea`. */
  readonly call: string;
  /** The function's options: `NameAreaOptions`. */
  readonly options: string;
  /** Whether it has a native kernel. */
  readonly native: boolean;
}

/**
 * The names of an operation.
 *
 * @param area The area.
 * @param name The operation.
 * @param native Whether it has a native kernel.
 * @returns All names.
 */
export function namesOf(area: string, name: string, native: boolean): Names {
  const upper = (word: string) => word[0]?.toUpperCase() + word.slice(1);
  const call = name + upper(area);
  return { area, name, call, options: `${upper(call)}Options`, native };
}

/**
 * Every new file by its path.
 *
 * @param names The names.
 * @returns Paths below the project's folder, and texts.
 */
export function newFiles(names: Names): Map<string, string> {
  const { area, name, native } = names;
  const files = new Map([
    [`src/${area}/${name}.ts`, publicFunction(names)],
    [`src/${area}/_${name}_ts.ts`, typescriptKernel(names)],
    [`src/${area}/${name}.op.ts`, entry(names)],
    [`src/${area}/${name}_test.ts`, test(names)],
  ]);
  if (native) {
    files.set(`src/${area}/_${name}_native.ts`, nativeGlue(names));
    files.set(
      `ffi/kernels/src/${area}/${name}.rs`,
      rustKernel().replaceAll("NAME", name),
    );
  }
  return files;
}

/**
 * The module of a new area.
 *
 * @param names The names.
 * @returns Its text.
 */
export function areaModule({ area, name, call, options }: Names): string {
  return `/**
 * The area ${area}: say here what it is for.
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { ${call} } from "./${name}.ts";
export type { ${options} } from "./${name}.ts";
`;
}

/**
 * What an operation adds to an area's module.
 *
 * @param names The names.
 * @returns Lines.
 */
export function areaExports({ name, call, options }: Names): string {
  return `export { ${call} } from "./${name}.ts";
export type { ${options} } from "./${name}.ts";
`;
}

/** What the export below stands on. */
export const EXPORT_USES: readonly string[] = [
  "use crate::support::guard::guard;",
  "use crate::support::memory::input;",
  "use crate::support::memory::output;",
  "use crate::support::memory::put;",
  "use crate::support::probe::probe;",
  "use crate::support::status::OK;",
];

/**
 * The export at the boundary.
 *
 * @param names The names.
 * @returns Lines for \`ffi/abi/src/exports/<area>.rs\`.
 */
export function rustExport({ area, name }: Names): string {
  return `
/// The sum of all bytes, as an f64 in \`out\`.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_${area}_${name}(
    data: *const u8,
    len: f64,
    out: *mut u8,
    out_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let out = unsafe { output(out, f64::from(out_len)) }?;
        probe(data);
        put(&fastpath_kernels::${area}::${name}(data).to_le_bytes(), out)?;
        Ok(OK)
    })
}
`;
}

function publicFunction(names: Names): string {
  const { name, call, options, native, area } = names;
  const imports = native
    ? `import { engineFor, type EngineMode, recover } from "../backend.ts";
import { assertPlainBytes } from "../input.ts";
import { ${name}Native } from "./_${name}_native.ts";
import { ${name}Ts } from "./_${name}_ts.ts";
`
    : `import { type EngineMode, engineMode } from "../backend.ts";
import { assertPlainBytes } from "../input.ts";
import { ${name}Ts } from "./_${name}_ts.ts";
`;
  const body = native
    ? `  const native = engineFor("${area}.${name}", bytes.length, options.engine);
  if (native !== null) {
    try {
      return ${name}Native(native, bytes as Uint8Array<ArrayBuffer>);
    } catch (error) {
      recover(error, options.engine);
    }
  }
  return ${name}Ts(bytes);
`
    : `  engineMode(options.engine);
  return ${name}Ts(bytes);
`;
  return `/**
 * The sum of bytes.
 *
 * @module
 */

${imports}
/** How \`${call}\` works. */
export interface ${options} {
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/**
 * The sum of all bytes, each from 0 to 255.
 *
 * @param bytes The bytes.
 * @param options The engine.
 * @returns The sum; exact below 2^53.
 * @throws {TypeError} If the bytes are no plain \`Uint8Array\`.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Three bytes
 * \`\`\`ts
 * import { assertEquals } from "@std/assert";
 * import { ${call} } from "@fastpath/fastpath";
 *
 * assertEquals(${call}(new Uint8Array([1, 2, 255])), 258);
 * \`\`\`
 */
export function ${call}(
  bytes: Uint8Array,
  options: ${options} = {},
): number {
  assertPlainBytes(bytes);
${body}}
`;
}

function typescriptKernel({ name }: Names): string {
  return `/**
 * The TypeScript engine of the sum.
 *
 * @module
 */

/** The sum of all bytes. */
export function ${name}Ts(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += bytes[at]!;
  return sum;
}
`;
}

function nativeGlue({ area, name }: Names): string {
  return `/**
 * The native engine of the sum.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import type { Native } from "../backend.ts";

/** The sum of all bytes. */
export function ${name}Native(
  native: Native,
  bytes: Uint8Array<ArrayBuffer>,
): number {
  const out = new Uint8Array(8);
  checkStatus(
    native.fp_${area}_${name}(bytes, bytes.length, out, out.length),
    "${area}.${name}",
  );
  return new DataView(out.buffer).getFloat64(0, true);
}
`;
}

function rustKernel(): string {
  return `//! The sum of bytes.

/// The sum of all bytes.
pub fn NAME(bytes: &[u8]) -> f64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>() as f64
}

#[cfg(test)]
mod tests {
    use super::NAME;

    #[test]
    fn NAME_adds_every_byte() {
        assert_eq!(NAME(&[]), 0.0);
        assert_eq!(NAME(&[255; 1000]), 255_000.0);
    }
}
`;
}

function entry({ area, name, call, options, native }: Names): string {
  return `/**
 * The catalogue's entry of \`${area}.${name}\`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { bytesOfInput } from "../input.ts";
import { ${call}, type ${options} } from "./${name}.ts";

/** \`${area}.${name}\`, as the doors see it. */
export const ${call}Op: Op = op<${options}, number>({
  name: "${area}.${name}",
  summary: "Add up the bytes of an input",
  call: ${call},
  run: (input, options, engine) => ${call}(input, { ...options, engine }),
  kernels: [${native ? `"${area}.${name}"` : ""}],
  input: { mediaTypes: ["application/octet-stream"], options: [] },
  outputs: [{ name: "text", mediaType: "text/plain" }],
  door,
  comparable: (result) => result,
  sample: (size, seed) => ({
    input: new Uint8Array(size).map((_, at) => (at * seed + seed) % 251),
    options: {},
  }),
});

async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const bytes = await bytesOfInput(request.input, request.signal);
  const sum = ${call}(bytes, { engine: request.engine });
  yield new TextEncoder().encode(\`\${sum}\\n\`);
}
`;
}

function test({ name, call }: Names): string {
  return `/** \`${call}\`: every rule on both engines. */

import { assertEquals, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { ${call} } from "./${name}.ts";

testEngines("${call}() adds every byte", (engine) => {
  assertEquals(${call}(new Uint8Array(), { engine }), 0);
  assertEquals(${call}(new Uint8Array(1000).fill(255), { engine }), 255_000);
});

Deno.test("${call}() rejects what is no bytes", () => {
  const wrong = "abc" as unknown as Uint8Array;
  assertThrows(() => ${call}(wrong), TypeError);
});
`;
}

/**
 * Budgets of its benchmarks, wide enough to hold until it is measured.
 *
 * @param names The names.
 * @returns Entries of `fastpath.budgets.json`.
 */
export function budgets({ area, name, native }: Names): object[] {
  const stem = `${area}.${name}.1M`;
  const plain = {
    id: `${stem}.plain`,
    source: "yardstick",
    params: { case: `${stem}.typescript` },
    metrics: { plain_ratio: { critical: 1000 } },
  };
  const own = ["1k", "1M"].flatMap((size) => {
    const entry = (engine: string, metrics: object) => ({
      id: `${area}.${name}.${size}.${engine}`,
      source: "bench",
      metrics,
    });
    const typescript = entry("typescript", { time_ms: { critical: 1000 } });
    if (!native) return [typescript];
    return [typescript, entry("native", { speedup: { critical: 0.1 } })];
  });
  return [...own, plain];
}
