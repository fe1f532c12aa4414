/**
 * Durations to texts in TypeScript: strings, and bytes with a line a value.
 *
 * @module
 */

import type { DurationStyle } from "./options.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

const LF = 10;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;

/** No line is longer: `-PT2501999792H59M59.999S` and its end. */
const LINE_MAX = 32;

/** The numbers 0 to 99 in two digits. */
const PAIRS: readonly string[] = Array.from(
  { length: 100 },
  (_, value) => String(value).padStart(2, "0"),
);

/** Hours below 100 with their colon. */
const LEADS: readonly string[] = PAIRS.map((pair) => `${pair}:`);

/** Minutes and seconds of an hour, each made when it is first needed. */
const TAILS: string[] = new Array(3600).fill("");

/** Below this, whole seconds are two entries of tables put together. */
const TABLE_MS = 100 * HOUR_MS;

/** The text of a null among values. */
const NULL_LINE = "null\n";

/**
 * The text of a duration.
 *
 * @param ms Milliseconds, a safe integer.
 * @param style How to print.
 * @returns The text.
 */
export function formatTs(ms: number, style: DurationStyle): string {
  if (style === "clock" && ms >= 0 && ms < TABLE_MS) {
    const seconds = Math.floor(ms / SECOND_MS);
    if (seconds * SECOND_MS === ms) return wholeSeconds(seconds);
  }
  const sign = ms < 0 ? "-" : "";
  const total = Math.abs(ms);
  const hours = Math.floor(total / HOUR_MS);
  const inHour = total - hours * HOUR_MS;
  const minutes = Math.floor(inHour / MINUTE_MS);
  const inMinute = inHour - minutes * MINUTE_MS;
  const seconds = Math.floor(inMinute / SECOND_MS);
  const millis = inMinute - seconds * SECOND_MS;
  if (style === "clock") {
    const lead = hours < 100 ? PAIRS[hours] : String(hours);
    return `${sign}${lead}:${PAIRS[minutes]}:${PAIRS[seconds]}` +
      fraction(millis);
  }
  const isIso = style === "iso";
  const [start, h, m, s] = isIso ? ["PT", "H", "M", "S"] : ["", "h", "m", "s"];
  let text = sign + start;
  if (hours > 0) text += hours + h!;
  if (minutes > 0) text += minutes + m!;
  if (inMinute > 0 || total === 0) text += seconds + fraction(millis) + s!;
  return text;
}

/** The clock text of seconds below 100 hours. */
function wholeSeconds(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const rest = seconds - hours * 3600;
  let tail = TAILS[rest]!;
  if (tail === "") {
    const minutes = Math.floor(rest / 60);
    tail = TAILS[rest] = `${PAIRS[minutes]}:${PAIRS[rest - minutes * 60]}`;
  }
  return LEADS[hours]! + tail;
}

/** A point and the digits of milliseconds that matter, or nothing. */
function fraction(millis: number): string {
  if (millis === 0) return "";
  if (millis % 100 === 0) return `.${millis / 100}`;
  if (millis % 10 === 0) return `.${PAIRS[millis / 10]}`;
  return `.${Math.floor(millis / 100)}${PAIRS[millis % 100]}`;
}

/** Lines of durations under construction. */
export class DurationLines {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #style: DurationStyle;

  /**
   * Starts with no lines.
   *
   * @param rows How many will come, for a first guess at the room.
   * @param style How to print.
   */
  constructor(rows: number, style: DurationStyle) {
    this.#bytes = new Uint8Array(rows * 10 + LINE_MAX);
    this.#style = style;
  }

  /**
   * Adds a line.
   *
   * @param ms Milliseconds, a safe integer.
   */
  add(ms: number): void {
    this.#reserve();
    if (this.#style === "clock") this.#clock(ms);
    else this.#text(formatTs(ms, this.#style));
    this.#bytes[this.#length++] = LF;
  }

  /** Adds the line of a null. */
  addNull(): void {
    this.#reserve();
    this.#text(NULL_LINE);
  }

  /**
   * The lines.
   *
   * @returns Bytes of their own.
   */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(): void {
    if (this.#length + LINE_MAX <= this.#bytes.length) return;
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  #text(text: string): void {
    for (let at = 0; at < text.length; at++) {
      this.#bytes[this.#length++] = text.charCodeAt(at);
    }
  }

  #pair(value: number): void {
    const tens = Math.floor(value / 10);
    this.#bytes[this.#length++] = ZERO + tens;
    this.#bytes[this.#length++] = ZERO + value - tens * 10;
  }

  #clock(ms: number): void {
    const bytes = this.#bytes;
    if (ms < 0) bytes[this.#length++] = MINUS;
    const total = Math.abs(ms);
    const all = Math.floor(total / SECOND_MS);
    const millis = total - all * SECOND_MS;
    const allMinutes = Math.floor(all / 60);
    const hours = Math.floor(allMinutes / 60);
    if (hours < 100) this.#pair(hours);
    else this.#text(String(hours));
    bytes[this.#length++] = COLON;
    this.#pair(allMinutes - hours * 60);
    bytes[this.#length++] = COLON;
    this.#pair(all - allMinutes * 60);
    if (millis === 0) return;
    bytes[this.#length++] = DOT;
    const tens = Math.floor(millis / 10);
    bytes[this.#length++] = ZERO + Math.floor(millis / 100);
    if (millis % 100 === 0) return;
    bytes[this.#length++] = ZERO + tens % 10;
    if (millis % 10 !== 0) bytes[this.#length++] = ZERO + millis % 10;
  }
}
