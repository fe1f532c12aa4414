/** @module */
export { FastpathError, ParseError } from "./src/errors.ts";
