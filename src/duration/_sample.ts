/**
 * Seeded texts and numbers for samples of the catalogue.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Numbers of a multiplicative generator (Park and Miller 1988). */
class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed % 2_147_483_646 + 1;
    this.below(2);
  }

  below(limit: number): number {
    this.#state = this.#state * 48_271 % 2_147_483_647;
    return this.#state % limit;
  }
}

/**
 * Lines of durations, mostly clock texts.
 *
 * @param size About how many bytes.
 * @param seed Decides the texts.
 * @returns The lines.
 */
export function sampleTexts(
  size: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const numbers = new Numbers(seed);
  const two = (value: number) => String(value).padStart(2, "0");
  return lines(size, () => {
    const h = numbers.below(30);
    const m = numbers.below(60);
    const s = numbers.below(60);
    switch (numbers.below(20)) {
      case 0:
        return `PT${h}H${m}M${s}.5S`;
      case 1:
        return `-${h}h${m}m${s}s`;
      case 2:
        return `${m}:${two(s)}`;
      case 3:
        return `${h * 3600 + m * 60 + s}`;
      default:
        return `${two(h)}:${two(m)}:${two(s)}`;
    }
  });
}

/**
 * Lines of milliseconds, mostly whole seconds.
 *
 * @param size About how many bytes.
 * @param seed Decides the numbers.
 * @returns The lines.
 */
export function sampleMilliseconds(
  size: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const numbers = new Numbers(seed);
  return lines(size, () => {
    const seconds = numbers.below(100_000);
    if (numbers.below(20) === 0) return `-${seconds}${numbers.below(1000)}`;
    return seconds === 0 ? "0" : `${seconds}000`;
  });
}

function lines(size: number, next: () => string): Uint8Array<ArrayBuffer> {
  let text = "";
  while (text.length < size) text += `${next()}\n`;
  return encoder.encode(text);
}
