/**
 * Gives back the text of a value from the value and its shape: the inverse
 * of `shapeOf`.
 *
 * @module
 */

import { SHAPE_DATE, SHAPE_SHORTEST } from "../values/classify.ts";
import { formatDate } from "../values/format.ts";
import { DAY_MICROS } from "./_forms.ts";
import { joinHalves } from "./_sketch.ts";

const MINUTE_MICROS = 60_000_000;
/** `zone - ZONE_ZERO` is the offset in minutes. */
const ZONE_ZERO = 1442;
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** The last rebuilt text; valid until the next one. */
export class Rebuilder {
  /** The text's bytes, from 0 on. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  /** View of `bytes`. */
  readonly view: DataView = new DataView(this.bytes.buffer);

  /**
   * Rebuilds the text of a number.
   *
   * @param value The number.
   * @param shape The number of decimals, or `SHAPE_SHORTEST`.
   * @returns The text's length.
   */
  number(value: number, shape: number): number {
    if (shape === SHAPE_SHORTEST) return this.#ascii(String(value));
    const isNegative = value < 0 || Object.is(value, -0);
    // Up to 15 digits: the product is off by less than a half.
    let digits = shape === 0
      ? Math.abs(value)
      : Math.round(Math.abs(value) * POWERS[shape]!);
    let at = 64;
    const { bytes } = this;
    for (let place = 0; place <= shape || digits > 0; place++) {
      if (place === shape && shape > 0) bytes[--at] = 46;
      const rest = Math.floor(digits / 10);
      bytes[--at] = 48 + digits - rest * 10;
      digits = rest;
    }
    if (isNegative) bytes[--at] = 45;
    bytes.copyWithin(0, at);
    return 64 - at;
  }

  /** Rebuilds the text of an integer of 64 bits. */
  integer(hi: number, lo: number): number {
    return this.#ascii(joinHalves(hi, lo).toString());
  }

  /**
   * Rebuilds the text of a date or timestamp.
   *
   * @param micros Microseconds since 1970, in UTC where there is a zone.
   * @param shape `SHAPE_DATE`, or separator, fraction and zone.
   * @returns The text's length.
   */
  time(micros: number, shape: number): number {
    if (shape === SHAPE_DATE) return this.#ascii(formatDate(dayOf(micros)));
    const zone = shape >>> 4;
    const offset = zone < 2 ? 0 : zone - ZONE_ZERO;
    // In parts: the local time may lie beyond 2^53.
    let day = dayOf(micros);
    let rest = micros - day * DAY_MICROS + offset * MINUTE_MICROS;
    const shift = dayOf(rest);
    day += shift;
    rest -= shift * DAY_MICROS;
    const minutes = Math.floor(rest / MINUTE_MICROS);
    let text = formatDate(day) + ((shape & 1) === 1 ? " " : "T") +
      two(Math.floor(minutes / 60)) + ":" + two(minutes % 60);
    const fraction = (shape >>> 1) & 7;
    if (fraction > 0) {
      const micro = rest - minutes * MINUTE_MICROS;
      text += ":" + two(Math.floor(micro / 1e6));
      if (fraction > 1) {
        const digits = String(micro % 1e6).padStart(6, "0");
        text += "." + digits.slice(0, fraction - 1);
      }
    }
    return this.#ascii(text + zoneText(zone, offset));
  }

  #ascii(text: string): number {
    for (let at = 0; at < text.length; at++) {
      this.bytes[at] = text.charCodeAt(at);
    }
    return text.length;
  }
}

function dayOf(micros: number): number {
  return Math.floor(micros / DAY_MICROS);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function zoneText(zone: number, offset: number): string {
  if (zone === 0) return "";
  if (zone === 1) return "Z";
  const magnitude = Math.abs(offset);
  return (offset < 0 ? "-" : "+") + two(Math.floor(magnitude / 60)) + ":" +
    two(magnitude % 60);
}
