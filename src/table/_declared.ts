/**
 * Types as a caller declares them, from their names.
 *
 * @module
 */

import { SCALE_MAX } from "../values/_decimal.ts";
import { type Field, TYPE_NAMES, type TypeName } from "./schema.ts";

/** What a declared type says of a column. */
export type FieldType = Pick<Field, "type" | "zoned" | "scale">;

/** `decimal(2)`, in one spelling alone. */
const DECIMAL = /^decimal\((0|[1-9]\d?)\)$/;

/** What {@linkcode fieldType} takes, for messages. */
export const DECLARED_NAMES: string = [
  ...TYPE_NAMES.filter((name) => name !== "decimal"),
  ...["timestamp_utc", `decimal(0) to decimal(${SCALE_MAX})`],
].join(", ");

/** The type of a name by which a caller declares it, or null. */
export function fieldType(declared: unknown): FieldType | null {
  if (typeof declared !== "string") return null;
  if (declared === "timestamp_utc") return { type: "timestamp", zoned: true };
  const scale = Number(DECIMAL.exec(declared)?.[1] ?? NaN);
  if (scale <= SCALE_MAX) return { type: "decimal", zoned: false, scale };
  const type = declared as TypeName;
  const isKnown = type !== "decimal" && TYPE_NAMES.includes(type);
  return isKnown ? { type, zoned: false } : null;
}

/** What to say to a name that is none of a type. */
export function declaredAdvice(declared: unknown): string {
  return typeof declared === "string" && declared.startsWith("decimal")
    ? `a decimal has a scale of 0 to ${SCALE_MAX} digits behind the point, ` +
      "for instance decimal(2)"
    : `expected one of ${DECLARED_NAMES}`;
}
