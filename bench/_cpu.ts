/**
 * The machine's processor, to stand beside every figure.
 *
 * @module
 */

const TELLING = ["sha_ni", "avx2", "bmi2", "avx512bw", "avx512vl", "gfni"];

/**
 * Model, number of cores and the features that decide which path runs.
 *
 * @returns One line.
 */
export async function cpuDescription(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*: (.*)/.exec(text)?.[1] ?? Deno.build.arch;
  const flags = new Set((/flags\s*: (.*)/.exec(text)?.[1] ?? "").split(" "));
  const present = TELLING.filter((name) => flags.has(name)).join(" ");
  return `${model}, ${navigator.hardwareConcurrency} cores, ${present}`;
}
