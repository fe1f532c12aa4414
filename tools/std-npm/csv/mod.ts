/**
 * Stands in for `jsr:@std/csv` where the JSR registry cannot be reached: the
 * functions this project uses, from an npm copy, with types of their own.
 *
 * @module
 */

// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/csv/mod.js";
