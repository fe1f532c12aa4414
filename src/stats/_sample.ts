/**
 * Sample inputs of the catalogue's entries: numbers with weights, and tasks.
 *
 * @module
 */

/** Whole numbers below a limit, from a seed (Lehmer 1951, multiplicative). */
function generator(seed: number): (limit: number) => number {
  let state = seed % 65_536 + 1;
  return (limit) => {
    state = state * 75 % 65_537;
    return state % limit;
  };
}

/**
 * Numbers with weights; integers with some seeds, and some are missing.
 *
 * @param size Bytes, about; none for 0.
 * @param seed Picks the numbers.
 * @returns CSV with the columns value and weight.
 */
export function sampleNumbers(
  size: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const below = generator(seed);
  const [isWhole, isLong] = [seed % 2 === 0, seed % 4 === 0];
  return linesOf(size, "value,weight\n", () => {
    const sign = below(3) === 0 ? "-" : "";
    const whole = `${sign}${isLong ? "90071992" : ""}${1 + below(9999)}`;
    const value = isWhole ? whole : `${whole}.${below(1000)}1`;
    return `${below(9) === 0 ? "" : value},${below(40) / 8}\n`;
  });
}

const PROJECTS = ["web", "api", "Zürich", "日本", '"a, b"', "", "infra"];

/**
 * Tasks of a tracker; durations are clock texts with some seeds.
 *
 * @param size Bytes, about; none for 0.
 * @param seed Picks the tasks.
 * @returns CSV with the columns of a tracker.
 */
export function sampleTasks(
  size: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const below = generator(seed);
  const two = (value: number) => String(value).padStart(2, "0");
  const header = "id,week,duration,score,project,audited\n";
  let id = 0;
  return linesOf(size, header, () => {
    id++;
    const week = seed % 3 === 0 ? `2026-W${two(1 + below(53))}` : below(60);
    const duration = seed % 2 === 0
      ? `${two(below(12))}:${two(below(60))}:${two(below(60))}`
      : `${below(40_000)}.5`;
    const score = below(4) === 0 ? "" : 1 + below(5);
    const audited = below(2) === 0 ? "" : `2026-11-${two(1 + below(28))}`;
    const project = PROJECTS[below(PROJECTS.length)]!;
    return `${id},${week},${duration},${score},${project},${audited}\n`;
  });
}

function linesOf(
  size: number,
  header: string,
  next: () => string,
): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  if (size > 0) lines.push(header);
  for (let length = header.length; length < size;) {
    const line = next();
    lines.push(line);
    length += line.length;
  }
  return new TextEncoder().encode(lines.join(""));
}
