/**
 * The package's version; a test holds it equal to deno.json and Cargo.toml.
 *
 * @module
 */

/** Version of the package and of the native library that belongs to it. */
export const VERSION: string = "0.1.0";
