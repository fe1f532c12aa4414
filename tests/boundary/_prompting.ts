/**
 * A child process of the proofs that does prompt: the canary which shows that
 * the test would notice a prompt.
 *
 * @module
 */

Deno.dlopen("/nonexistent/library.so", {});
