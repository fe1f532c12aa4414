/**
 * Durations to bytes with a line a value, in TypeScript.
 *
 * @module
 */

import { formatTs } from "../values/_duration_format.ts";
import type { DurationStyle } from "./options.ts";

const SECOND_MS = 1000;

const LF = 10;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;

/** No line is longer: `-PT2501999792H59M59.999S` and its end. */
const LINE_MAX = 32;

/** The text of a null among values. */
const NULL_LINE = "null\n";

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
