/**
 * File URLs and paths.
 *
 * @module
 */

/**
 * The path of a `file:` URL.
 *
 * @param url The URL.
 * @returns The path in the system's form.
 */
export function fromFileUrl(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows"
    ? path.slice(1).replaceAll("/", "\\")
    : path;
}
