/**
 * Exact decimals: a whole number of units of 10^-scale, from text and to
 * text, never rounded. `ffi/kernels/src/values/decimal.rs` is the twin of the
 * parser.
 *
 * @module
 */

/** The largest scale: 10^18 still fits 64 bits. */
export const SCALE_MAX = 18;

const MINUS = 45;
const PLUS = 43;
const DOT = 46;
const ZERO = 48;
const TWO_32 = 4_294_967_296;

/** Digits of which every number is exact in a float. */
const EXACT_DIGITS = 15;
/** Digits of the largest integer of 64 bits. */
const DIGITS_MAX = 19;
const INT64_MAX = 2n ** 63n - 1n;
/** Far beyond every exponent that counts, and safe to add to a length. */
const EXPONENT_MAX = 2 ** 40;

/** Powers of ten that are exact in a float. */
export const POWERS: readonly number[] = Array.from(
  { length: SCALE_MAX + 1 },
  (_, digits) => Number(10n ** BigInt(digits)),
);

/** The number that was parsed last: halves of its units as 64 bits. */
export const units = { hi: 0, lo: 0 };

/**
 * Parses a number as floats are written (semantics 5), but for `nan` and
 * `inf`, into {@linkcode units}.
 *
 * @param bytes The bytes.
 * @param first Where the text begins.
 * @param last Where it ends, exclusive.
 * @param scale Digits behind the point.
 * @returns Whether it is a number that fits 64 bits and has zeros alone
 * behind the last digit of the scale.
 */
export function parseDecimal(
  bytes: Uint8Array,
  first: number,
  last: number,
  scale: number,
): boolean {
  const isNegative = first < last && bytes[first] === MINUS;
  const begin = isNegative ? first + 1 : first;
  let value = 0;
  let dot = -1;
  for (let at = begin; at < last; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === DOT - ZERO && dot < 0) dot = at;
    else return parseLong(bytes, begin, last, scale, isNegative);
  }
  const wholeEnd = dot < 0 ? last : dot;
  const fraction = dot < 0 ? 0 : last - dot - 1;
  const digits = wholeEnd - begin + fraction;
  if (digits > EXACT_DIGITS) {
    return parseLong(bytes, begin, last, scale, isNegative);
  }
  const hasZeros = wholeEnd - begin > 1 && bytes[begin] === ZERO;
  if (digits === 0 || hasZeros) return false;
  if (fraction > scale) {
    const power = POWERS[fraction - scale]!;
    const kept = Math.floor(value / power);
    if (kept * power !== value) return false;
    value = kept;
  } else value *= POWERS[scale - fraction]!;
  if (value > Number.MAX_SAFE_INTEGER) {
    return parseLong(bytes, begin, last, scale, isNegative);
  }
  const signed = isNegative ? -value : value;
  units.hi = Math.floor(signed / TWO_32);
  units.lo = signed - units.hi * TWO_32;
  return true;
}

/** Any number without its sign; long ones are rare. */
function parseLong(
  bytes: Uint8Array,
  begin: number,
  last: number,
  scale: number,
  isNegative: boolean,
): boolean {
  const wholeEnd = digitsEnd(bytes, begin, last);
  const whole = wholeEnd - begin;
  const hasDot = wholeEnd < last && bytes[wholeEnd] === DOT;
  const start = hasDot ? wholeEnd + 1 : wholeEnd;
  const end = hasDot ? digitsEnd(bytes, start, last) : wholeEnd;
  if (whole > 1 && bytes[begin] === ZERO) return false;
  if (whole + end - start === 0) return false;
  const exponent = end === last ? 0 : exponentOf(bytes, end, last);
  // Only NaN differs from itself.
  if (exponent !== exponent) return false;
  // Digits from the left up to the last one that counts as a unit.
  const kept = whole + exponent + scale;
  let text = "";
  let count = 0;
  for (let at = begin; at < end; at++) {
    if (at === wholeEnd && hasDot) continue;
    const digit = bytes[at]! - ZERO;
    if (count++ >= kept) {
      if (digit !== 0) return false;
    } else if (digit !== 0 || text !== "") {
      if (text.length === DIGITS_MAX) return false;
      text += digit;
    }
  }
  const missing = Math.max(kept - count, 0);
  if (text === "") return store(0n);
  if (text.length + missing > DIGITS_MAX) return false;
  const magnitude = BigInt(text + "0".repeat(missing));
  if (magnitude > INT64_MAX + (isNegative ? 1n : 0n)) return false;
  return store(isNegative ? -magnitude : magnitude);
}

function store(value: bigint): true {
  units.hi = Number(value >> 32n);
  units.lo = Number(value & 0xffff_ffffn);
  return true;
}

/** Where digits end that begin at a place. */
function digitsEnd(bytes: Uint8Array, from: number, last: number): number {
  let at = from;
  while (at < last && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++;
  return at;
}

/** The value of `e` or `E`, a sign, digits; NaN for anything else. */
function exponentOf(bytes: Uint8Array, from: number, last: number): number {
  if ((bytes[from]! | 32) !== 101) return NaN;
  const sign = from + 1 < last ? bytes[from + 1]! : 0;
  const start = sign === PLUS || sign === MINUS ? from + 2 : from + 1;
  if (start === last || digitsEnd(bytes, start, last) !== last) return NaN;
  let value = 0;
  for (let at = start; at < last; at++) {
    value = Math.min(value * 10 + bytes[at]! - ZERO, EXPONENT_MAX);
  }
  return sign === MINUS ? -value : value;
}

/**
 * Units as a number with exactly `scale` digits behind the point.
 *
 * @param value The units.
 * @param scale Digits behind the point.
 * @returns The text.
 */
export function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const dot = digits.length - scale;
  return `${sign}${digits.slice(0, dot)}.${digits.slice(dot)}`;
}
