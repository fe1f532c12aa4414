/**
 * The statuses that native exports return; the same numbers as in
 * `ffi/abi/src/support/status.rs`.
 *
 * @module
 */

/** All went well. */
export const OK: number = 0;
/** A batch is ready: take it, then push again with no data. */
export const MORE: number = 1;
/** The input breaks a rule of its format; the handle's text has details. */
export const FAULT: number = -1;
/** A kernel panicked. */
export const PANIC: number = -2;
/** The handle is unknown, closed, or a kernel panicked on it. */
export const BAD_HANDLE: number = -3;
/** The caller broke the contract of the export. */
export const BAD_ARGUMENT: number = -4;
/** The control block said stop. */
export const CANCELLED: number = -5;
/** A buffer could not be reserved. */
export const OUT_OF_MEMORY: number = -6;
/** The operating system refused. */
export const IO: number = -7;
/** Another call is using the handle. */
export const BUSY: number = -8;
