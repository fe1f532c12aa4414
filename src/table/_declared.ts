/**
 * Types as a caller declares them, from their names.
 *
 * @module
 */

import { SCALE_MAX } from "../values/_decimal.ts";
import {
  type Field,
  type ItemField,
  type ItemTypeName,
  TYPE_NAMES,
} from "./schema.ts";

/** What a declared type says of a column. */
export type FieldType = Pick<Field, "type" | "zoned" | "scale" | "item">;

/** `decimal(2)`, in one spelling alone. */
const DECIMAL = /^decimal\((0|[1-9]\d?)\)$/;
/** `list<i64>`. */
const LIST = /^list<(.*)>$/;

/** Types of single values whose name says all. */
const PLAIN_NAMES: readonly string[] = TYPE_NAMES
  .filter((name) => name !== "decimal" && name !== "list");

/** What {@linkcode fieldType} takes, for messages. */
export const DECLARED_NAMES: string = [
  ...PLAIN_NAMES,
  ...["timestamp_utc", `decimal(0) to decimal(${SCALE_MAX})`],
  "or a list of one of them (list<i64>)",
].join(", ");

/** The type of a name by which a caller declares it, or null. */
export function fieldType(declared: unknown): FieldType | null {
  if (typeof declared !== "string") return null;
  const list = LIST.exec(declared);
  if (list === null) return itemType(declared);
  const item = itemType(list[1]!);
  return item && { type: "list", zoned: false, item };
}

function itemType(declared: string): ItemField | null {
  if (declared === "timestamp_utc") return { type: "timestamp", zoned: true };
  const scale = Number(DECIMAL.exec(declared)?.[1] ?? NaN);
  if (scale <= SCALE_MAX) return { type: "decimal", zoned: false, scale };
  if (!PLAIN_NAMES.includes(declared)) return null;
  return { type: declared as ItemTypeName, zoned: false };
}

/** What to say to a name that is none of a type. */
export function declaredAdvice(declared: unknown): string {
  return typeof declared === "string" && /^(list<)?decimal/.test(declared)
    ? `a decimal has a scale of 0 to ${SCALE_MAX} digits behind the point, ` +
      "for instance decimal(2)"
    : `expected one of ${DECLARED_NAMES}`;
}
