/**
 * Stands in for `jsr:@std/cli/parse-args` where the JSR registry cannot be
 * reached: the function this project uses, from an npm copy, with types of
 * its own.
 *
 * @module
 */

// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/cli/parse_args.js";
