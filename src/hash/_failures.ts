/**
 * Why a file has no digest: the same reasons on every system and engine.
 *
 * @module
 */

import type { FastpathError } from "../errors.ts";
import { unreadable, wordsOfGrant } from "../input.ts";

/**
 * What came of a file, by number; `ffi/kernels/src/hash/set/reason.rs` has
 * the same. 0 and 1 are hashed.
 */
export const STATE = {
  file: 0,
  link: 1,
  system: 10,
  notFound: 11,
  denied: 12,
  directory: 13,
  notADirectory: 14,
  linkLoop: 15,
  nameTooLong: 16,
  tooManyOpen: 17,
  readError: 18,
  changed: 20,
  special: 21,
  notUtf8: 22,
  targetNotUtf8: 23,
  notGranted: 30,
} as const;

const WORDS: Readonly<Record<number, string>> = {
  11: "no such file",
  12: "permission denied",
  13: "it is a directory",
  14: "a part of its path is no directory",
  15: "too many symbolic links",
  16: "its name is too long",
  17: "too many files are open, lower the option maxOpen",
  18: "the system failed to read it",
  20: "file changed while it was read",
  21: "it is no regular file",
  22: "its name is not UTF-8",
  23: "its target is not UTF-8",
};

/**
 * The error of a file without a digest.
 *
 * @param path The path as given.
 * @param state What came of it.
 * @param number The system's number, where there is no reason of our own.
 * @returns A `FastpathError` with code `INPUT_UNREADABLE`.
 */
export function failureOf(
  path: string,
  state: number,
  number: number,
): FastpathError {
  const words = state === STATE.notGranted
    ? wordsOfGrant(path)
    // The slash at the end of a file's path is what is wrong.
    : state === STATE.notADirectory && path.endsWith("/")
    ? "it is no folder"
    : WORDS[state] ?? `system error ${number}`;
  return unreadable(path, new Error(words));
}

const BY_NAME: Readonly<Record<string, number>> = {
  NotFound: STATE.notFound,
  ENOENT: STATE.notFound,
  PermissionDenied: STATE.denied,
  EACCES: STATE.denied,
  EPERM: STATE.denied,
  IsADirectory: STATE.directory,
  EISDIR: STATE.directory,
  NotADirectory: STATE.notADirectory,
  ENOTDIR: STATE.notADirectory,
  FilesystemLoop: STATE.linkLoop,
  ELOOP: STATE.linkLoop,
  ENAMETOOLONG: STATE.nameTooLong,
  EMFILE: STATE.tooManyOpen,
  ENFILE: STATE.tooManyOpen,
  EIO: STATE.readError,
  ENXIO: STATE.special,
  NotCapable: STATE.notGranted,
};

/**
 * The reason in what the runtime threw.
 *
 * @param error What was thrown.
 * @returns The reason, and the system's number beside `STATE.system`.
 */
export function stateOf(error: unknown): { state: number; number: number } {
  const { name, code, message } = error as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
  };
  const state = BY_NAME[String(code)] ?? BY_NAME[String(name)];
  if (state !== undefined) return { state, number: 0 };
  const number = /\(os error (\d+)\)/.exec(String(message))?.[1];
  return { state: STATE.system, number: Number(number ?? 0) };
}

/**
 * The reason in what the runtime threw over something that a walk has found,
 * which was no link and lay in no link.
 *
 * @param error What was thrown.
 * @returns The reason, and the system's number beside `STATE.system`.
 */
export function stateOfFound(
  error: unknown,
): { state: number; number: number } {
  const { state, number } = stateOf(error);
  const isSwapped = state === STATE.linkLoop || state === STATE.notADirectory;
  return { state: isSwapped ? STATE.changed : state, number };
}
