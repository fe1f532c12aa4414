/**
 * Durations to texts: `docs/durations.md` states the styles.
 *
 * @module
 */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

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

/**
 * The text of a duration.
 *
 * @param ms Milliseconds, a safe integer.
 * @param style How to print.
 * @returns The text.
 */
export function formatTs(
  ms: number,
  style: "clock" | "iso" | "compact",
): string {
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
