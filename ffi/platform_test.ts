/** Names and paths of every platform, checked on any of them. */

import { assertEquals } from "@std/assert";
import {
  absolutePath,
  libraryFileName,
  pathOfUrl,
  platformName,
} from "./platform.ts";

Deno.test("platformName() uses Node's names and tells musl apart", () => {
  const name = (os: string, arch: string, target: string) =>
    platformName({ os, arch, target });
  assertEquals(
    [
      name("linux", "x86_64", "x86_64-unknown-linux-gnu"),
      name("linux", "aarch64", "aarch64-alpine-linux-musl"),
      name("darwin", "aarch64", "aarch64-apple-darwin"),
      name("windows", "x86_64", "x86_64-pc-windows-msvc"),
      name("freebsd", "x86_64", "x86_64-unknown-freebsd"),
    ],
    [
      "linux-x64",
      "linux-arm64-musl",
      "darwin-arm64",
      "win32-x64",
      "freebsd-x64",
    ],
  );
});

Deno.test("libraryFileName() follows the system", () => {
  assertEquals(
    ["linux", "darwin", "windows"].map(libraryFileName),
    ["libfastpath.so", "libfastpath.dylib", "fastpath.dll"],
  );
});

Deno.test("pathOfUrl() decodes and uses the system's separator", () => {
  const path = (url: string, os: string) => pathOfUrl(new URL(url), os);
  assertEquals(path("file:///a%20b/%C3%A9.so", "linux"), "/a b/é.so");
  assertEquals(path("file:///C:/a%20b/x.dll", "windows"), "C:\\a b\\x.dll");
});

Deno.test("absolutePath() starts a relative path from the folder given", () => {
  const path = (text: string) => absolutePath(text, "linux", "/work");
  assertEquals(path("/x/y.so"), "/x/y.so");
  assertEquals(path("y.so"), "/work/y.so");
  assertEquals(path("file:///x/y%20z.so"), "/x/y z.so");
  assertEquals(absolutePath("y.so", "linux", "/"), "/y.so");
  const windows = (text: string) => absolutePath(text, "windows", "C:\\w");
  assertEquals(windows("d:\\x.dll"), "d:\\x.dll");
  assertEquals(windows("D:/x.dll"), "D:/x.dll");
  assertEquals(windows("\\\\host\\x.dll"), "\\\\host\\x.dll");
  assertEquals(windows("x.dll"), "C:\\w\\x.dll");
  assertEquals(windows("d:x.dll"), "C:\\w\\d:x.dll");
});
