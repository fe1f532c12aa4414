/**
 * The offsets of a time zone as a small table of numbers, made once, so that
 * no kernel asks Temporal about a row.
 *
 * @module
 */

/** Numbers of an entry of a zone's table. */
export const ENTRY = 5;
/** The second (UTC) from which the entry holds; -Infinity in the first. */
export const FROM = 0;
/** Seconds to add to UTC. */
export const OFFSET = 1;
/**
 * The end of the entry's first, broken hour: an offset may begin between
 * full hours of the clock. `FROM` where it begins at a full hour.
 */
export const HEAD_END = 2;
/** Where the hour that the entry's first moments belong to began. */
export const HEAD_START = 3;
/** The clock's time from which the entry holds, for times without a zone. */
export const LOCAL_FROM = 4;

/** A zone's offsets between two seconds; outside of them it says nothing. */
export interface ZoneTable {
  readonly first: number;
  readonly last: number;
  /** The entries, `ENTRY` numbers each, in order of time. */
  readonly entries: Float64Array<ArrayBuffer>;
}

const HOUR = 3600;
const DAY = 86_400;
const YEAR = 366 * DAY;

/** Zones whose tables are kept; the one that came first gives way. */
const CACHED_MAX = 32;
const cache = new Map<string, ZoneTable>();

/** The table of a zone that never changes. */
export const UTC_TABLE: ZoneTable = {
  first: -Infinity,
  last: Infinity,
  entries: Float64Array.of(-Infinity, 0, -Infinity, -Infinity, -Infinity),
};

/**
 * The offsets of a zone.
 *
 * @param zone The zone's name.
 * @param first The first second that matters, by any clock.
 * @param last The last one.
 * @returns A table that covers them and a day around them.
 * @throws {RangeError} If there is no such zone.
 */
export function zoneTable(
  zone: string,
  first: number,
  last: number,
): ZoneTable {
  if (zone === "UTC") return UTC_TABLE;
  const known = cache.get(zone);
  const [from, to] = [first - 2 * DAY, last + 2 * DAY];
  if (known !== undefined && known.first <= from && known.last >= to) {
    return known;
  }
  const table = build(
    zone,
    Math.min(from - YEAR, known?.first ?? Infinity),
    Math.max(to + YEAR, known?.last ?? -Infinity),
  );
  if (cache.size >= CACHED_MAX && known === undefined) {
    cache.delete(cache.keys().next().value ?? "");
  }
  cache.set(zone, table);
  return table;
}

/**
 * Refuses a zone that does not exist, whatever the events are.
 *
 * @throws {RangeError} If there is no such zone.
 */
export function checkZone(zone: string): void {
  if (zone !== "UTC") zoned(zone, 0);
}

function zoned(zone: string, second: number): Temporal.ZonedDateTime {
  if (typeof Temporal === "undefined") {
    throw new RangeError(
      `Cannot use time zone ${JSON.stringify(zone)}: this runtime has no ` +
        "Temporal, run a newer Deno or leave out the option zone",
    );
  }
  try {
    return Temporal.Instant.fromEpochMilliseconds(second * 1000)
      .toZonedDateTimeISO(zone);
  } catch (cause) {
    throw new RangeError(
      `Cannot use time zone ${JSON.stringify(zone)}: it is unknown, use an ` +
        "IANA name such as Europe/Berlin or an offset such as +02:00",
      { cause },
    );
  }
}

function build(zone: string, first: number, last: number): ZoneTable {
  let at = zoned(zone, first);
  let offset = at.offsetNanoseconds / 1e9;
  const numbers = [-Infinity, offset, -Infinity, -Infinity, -Infinity];
  while (true) {
    const next = at.getTimeZoneTransition("next");
    if (next === null) break;
    at = next;
    const from = at.epochMilliseconds / 1000;
    if (from > last) break;
    const before = offset;
    offset = at.offsetNanoseconds / 1e9;
    if (offset === before) continue;
    const latest = hourStart(numbers, from - 1, numbers.length - ENTRY);
    numbers.push(...entry(from, offset, before, latest));
  }
  return { first, last, entries: Float64Array.from(numbers) };
}

/**
 * The entry of a change from one offset to another. Where the change is not
 * at a full hour of the new clock, its first moments go on with the hour
 * before if the clock still shows that hour, and are an hour of their own if
 * not. A time without a zone that exists twice is the first one, and one that
 * is skipped moves on by the gap, as Temporal's "compatible" has it; so the
 * old offset holds up to the later of the two times that the clock shows at
 * the change.
 *
 * @param latest The start of the hour before the change.
 */
function entry(
  from: number,
  offset: number,
  before: number,
  latest: number,
): number[] {
  const hour = Math.floor((from + offset) / HOUR);
  const isWhole = hour * HOUR === from + offset;
  const goesOn = !isWhole && Math.floor((from - 1 + before) / HOUR) === hour;
  return [
    from,
    offset,
    isWhole ? from : (hour + 1) * HOUR - offset,
    goesOn ? latest : from,
    from + Math.max(offset, before),
  ];
}

/**
 * The index of the entry that holds at a second.
 *
 * @param entries The entries of a table.
 * @param second The second.
 * @param field `FROM` for a second of UTC, `LOCAL_FROM` for one of the clock.
 * @param hint An index to try first.
 * @returns The index of the entry's first number.
 */
export function entryAt(
  entries: Float64Array,
  second: number,
  field: number,
  hint: number,
): number {
  const next = hint + ENTRY;
  const isAfter = entries[hint + field]! <= second;
  if (isAfter && (next >= entries.length || second < entries[next + field]!)) {
    return hint;
  }
  let low = 0;
  let high = entries.length / ENTRY - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (entries[middle * ENTRY + field]! <= second) low = middle;
    else high = middle - 1;
  }
  return low * ENTRY;
}

/** The start of the hour that a second (UTC) belongs to. */
export function hourStart(
  entries: ArrayLike<number>,
  second: number,
  at: number,
): number {
  if (second < entries[at + HEAD_END]!) return entries[at + HEAD_START]!;
  const offset = entries[at + OFFSET]!;
  return Math.floor((second + offset) / HOUR) * HOUR - offset;
}

/**
 * The starts of all hours from one to another.
 *
 * @param entries The entries of a table.
 * @param first The first start.
 * @param last The last start.
 * @param max Gives up beyond so many.
 * @returns The seconds; null if there are more than `max`.
 */
export function hourStarts(
  entries: Float64Array,
  first: number,
  last: number,
  max: number,
): Float64Array<ArrayBuffer> | null {
  if ((last - first) / HOUR > max) return null;
  const starts: number[] = [];
  let at = entryAt(entries, first, FROM, 0);
  for (let second = first; second <= last;) {
    if (starts.length === max) return null;
    starts.push(second);
    // The hour that follows begins at a full hour of the clock, or with the
    // first hour of the next offset that is not still this one.
    second = nextFullHour(entries, second, at);
    while (
      at + ENTRY < entries.length && entries[at + ENTRY]! <= second
    ) {
      at += ENTRY;
      const head = entries[at + HEAD_START]!;
      second = head > starts.at(-1)!
        ? Math.max(head, entries[at]!)
        : entries[at + HEAD_END]!;
    }
  }
  return Float64Array.from(starts);
}

function nextFullHour(
  entries: Float64Array,
  second: number,
  at: number,
): number {
  const end = entries[at + HEAD_END]!;
  if (second < end) return end;
  const offset = entries[at + OFFSET]!;
  return (Math.floor((second + offset) / HOUR) + 1) * HOUR - offset;
}

/**
 * The days that a zone's clock never showed: where the date line moved, as in
 * Apia on 2011-12-30.
 *
 * @param entries The entries of a table.
 * @returns Days since 1970-01-01.
 */
export function missingDays(entries: Float64Array): Set<number> {
  const days = new Set<number>();
  for (let at = ENTRY; at < entries.length; at += ENTRY) {
    const from = entries[at + FROM]!;
    const before = from + entries[at - ENTRY + OFFSET]!;
    const after = from + entries[at + OFFSET]!;
    for (
      let day = Math.ceil(before / DAY);
      (day + 1) * DAY <= after;
      day++
    ) days.add(day);
  }
  return days;
}
