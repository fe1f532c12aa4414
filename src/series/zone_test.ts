/**
 * Periods over changes of clocks, against Temporal: hours are found by
 * walking back minute by minute, days and longer by Temporal's calendar.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { Random } from "../../bench/data/_random.ts";
import { Column, columnOf } from "../table/mod.ts";
import type { TimelinePeriod } from "./options.ts";
import { timelineSync } from "./timeline.ts";

/**
 * Changes by an hour, by 30 minutes (Lord Howe) and by two hours (Troll), at
 * midnight (Cairo, São Paulo), at 00:01 (St John's), with offsets of 45
 * minutes (Kathmandu, Chatham), for Ramadan (Casablanca), backwards (Dublin),
 * by a day (Apia, Kiritimati).
 */
const ZONES = [
  ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"],
  ...["America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata"],
  ...["America/St_Johns", "Africa/Casablanca", "Europe/Dublin"],
  ...["Asia/Kathmandu", "Pacific/Chatham", "Antarctica/Troll"],
  ...["Pacific/Kiritimati", "+05:30", "UTC"],
];

/** Instants around every change since 1975, some days to either side. */
function instantsOf(zone: string, seed: number): Temporal.Instant[] {
  const random = new Random(seed);
  const found: Temporal.Instant[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant
    .from("1975-01-01T00:00Z").toZonedDateTimeISO(zone);
  while (at !== null && at.year < 2032) {
    const center = at.epochMilliseconds;
    for (let count = 0; count < 12; count++) {
      const hours = count < 8 ? 3 : 72;
      const away = random.below(2 * hours * 3600) - hours * 3600;
      found.push(
        Temporal.Instant.fromEpochMilliseconds(center + away * 1000),
      );
    }
    found.push(Temporal.Instant.fromEpochMilliseconds(center));
    found.push(Temporal.Instant.fromEpochMilliseconds(center - 1000));
    at = at.getTimeZoneTransition("next");
  }
  return found;
}

function columnsOf(instants: readonly Temporal.Instant[]) {
  const micros = instants.map((one) => one.epochNanoseconds / 1000n);
  return {
    timestamp: new Column({
      type: "timestamp",
      zoned: true,
      length: micros.length,
      data: BigInt64Array.from(micros),
    }),
    change: columnOf("i32", instants.map(() => 1)),
  };
}

/**
 * The start of the hour: minute by minute back to a full hour of the clock,
 * or to where the clock jumped into this hour.
 */
function hourStart(instant: Temporal.Instant, zone: string): string {
  let at = instant.toZonedDateTimeISO(zone)
    .with({ second: 0, millisecond: 0 }, { offset: "prefer" });
  while (at.minute !== 0) {
    const earlier = at.subtract({ minutes: 1 });
    if (earlier.hour !== at.hour) break;
    at = earlier;
  }
  return `${at.toInstant()}`;
}

function dayStart(
  by: TimelinePeriod,
  instant: Temporal.Instant,
  zone: string,
): string {
  const date = instant.toZonedDateTimeISO(zone).toPlainDate();
  switch (by) {
    case "week":
      return `${date.subtract({ days: date.dayOfWeek - 1 })}`;
    case "month":
      return `${date.with({ day: 1 })}`;
    case "quarter":
      return `${
        date.with({ day: 1, month: Math.floor((date.month - 1) / 3) * 3 + 1 })
      }`;
    case "year":
      return `${date.with({ day: 1, month: 1 })}`;
    default:
      return `${date}`;
  }
}

/** How many instants each start has, in order. */
function tally(starts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const start of starts) counts.set(start, (counts.get(start) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1);
}

testEngines("timeline() puts instants in Temporal's periods", (engine) => {
  for (const zone of ZONES) {
    const instants = instantsOf(zone, 5);
    const events = columnsOf(instants);
    const periods = ["hour", "day", "week", "month", "quarter", "year"];
    for (const by of periods as TimelinePeriod[]) {
      const table = timelineSync(events, { by, zone, engine });
      const found = table.toObjects().map(({ timestamp, change }) =>
        [timestamp, Number(change)] as [string, number]
      );
      const expected = tally(
        instants.map((one) =>
          by === "hour" ? hourStart(one, zone) : dayStart(by, one, zone)
        ),
      );
      assertEquals(found, expected, `${zone} ${by}`);
    }
  }
});

Deno.test("hours are Temporal's own where clocks change by whole hours", () => {
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];
  for (const zone of [...zones, "Africa/Cairo", "Pacific/Apia"]) {
    for (const instant of instantsOf(zone, 6)) {
      const rounded = instant.toZonedDateTimeISO(zone).round({
        smallestUnit: "hour",
        roundingMode: "floor",
      });
      assertEquals(hourStart(instant, zone), `${rounded.toInstant()}`, zone);
    }
  }
});

/** The hours of a day of a zone, from its first moment to the next day's. */
function hoursOf(day: string, zone: string, engine: "native" | "typescript") {
  const first = Temporal.PlainDate.from(day).toZonedDateTime(zone);
  const next = first.add({ days: 1 }).startOfDay();
  const instants = [
    first.toInstant(),
    next.toInstant().subtract({ seconds: 1 }),
  ];
  const table = timelineSync(columnsOf(instants), {
    by: "hour",
    fill: true,
    zone,
    engine,
  });
  return table.column("timestamp").toArray().map((text) =>
    Temporal.Instant.from(text!).toZonedDateTimeISO(zone).toPlainTime()
      .toString({ smallestUnit: "minute" })
  );
}

testEngines("timeline() gives days the hours they have", (engine) => {
  const lengths: [string, string, number][] = [
    ["2024-03-31", "Europe/Berlin", 23],
    ["2024-10-27", "Europe/Berlin", 25],
    ["2024-03-10", "America/New_York", 23],
    ["2024-11-03", "America/New_York", 25],
    ["2024-04-26", "Africa/Cairo", 23],
    ["2024-10-31", "Africa/Cairo", 25],
    ["2018-11-04", "America/Sao_Paulo", 23],
    ["2024-10-06", "Australia/Lord_Howe", 24],
    ["2024-04-07", "Australia/Lord_Howe", 24],
    ["2024-03-31", "Antarctica/Troll", 22],
    ["2011-12-29", "Pacific/Apia", 24],
  ];
  for (const [day, zone, hours] of lengths) {
    assertEquals(hoursOf(day, zone, engine).length, hours, `${day} ${zone}`);
  }
  // The hour that comes twice, the midnight that never was, half an hour.
  const berlin = hoursOf("2024-10-27", "Europe/Berlin", engine);
  assertEquals(berlin.slice(1, 5), ["01:00", "02:00", "02:00", "03:00"]);
  assertEquals(hoursOf("2024-04-26", "Africa/Cairo", engine)[0], "01:00");
  const spring = hoursOf("2024-10-06", "Australia/Lord_Howe", engine);
  assertEquals(spring.slice(1, 4), ["01:00", "02:30", "03:00"]);
  const autumn = hoursOf("2024-04-07", "Australia/Lord_Howe", engine);
  assertEquals(autumn.slice(0, 3), ["00:00", "01:00", "02:00"]);
});

testEngines("timeline() fills hours as events find them", (engine) => {
  for (const zone of ZONES) {
    const first = Temporal.Instant.from("2010-12-15T00:00Z");
    const instants = Array.from(
      { length: 2 * 400 * 24 },
      (_, half) => first.add({ minutes: half * 30 }),
    );
    const events = columnsOf(instants);
    const options = { by: "hour", zone, engine } as const;
    const plain = timelineSync(events, options);
    const ends = columnsOf([instants[0]!, instants.at(-1)!]);
    const filled = timelineSync(ends, { ...options, fill: true });
    assertEquals(
      filled.column("timestamp").data,
      plain.column("timestamp").data,
      zone,
    );
  }
});

testEngines("timeline() leaves out the day that Apia never had", (engine) => {
  const events = [
    { timestamp: "2011-12-29T12:00:00Z", change: 1 },
    { timestamp: "2012-01-01T12:00:00Z", change: 1 },
  ];
  const options = { by: "day", fill: true, engine } as const;
  const apia = timelineSync(events, { ...options, zone: "Pacific/Apia" });
  assertEquals(
    apia.column("timestamp").toArray(),
    ["2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"],
  );
  assertEquals(timelineSync(events, options).numRows, 4);
});

testEngines(
  "timeline() takes times without a zone for the clock's",
  (engine) => {
    const random = new Random(9);
    for (const zone of ZONES) {
      const plain = instantsOf(zone, 7).map((instant) => {
        const shift = random.below(7200) - 3600;
        return instant.toZonedDateTimeISO(zone).toPlainDateTime()
          .add({ seconds: shift });
      });
      const table = timelineSync({
        timestamp: columnOf(
          "timestamp",
          plain.map((one) => one.toString({ smallestUnit: "second" })),
        ),
        change: columnOf("i32", plain.map(() => 1)),
      }, { zone, engine });
      const expected = tally(
        plain.map((one) =>
          `${
            one.toZonedDateTime(zone, { disambiguation: "compatible" })
              .toInstant()
          }`
        ),
      );
      const found = table.toObjects().map(({ timestamp, change }) =>
        [timestamp, Number(change)] as [string, number]
      );
      assertEquals(found, expected, zone);
    }
  },
);

testEngines("timeline() knows what dates and local times mean", (engine) => {
  const change = columnOf("i32", [1, 1]);
  const days = {
    timestamp: columnOf("date", ["2024-04-26", "2024-04-27"]),
    change,
  };
  const zone = "Africa/Cairo";
  const first = (events: typeof days | typeof times, options: object) => {
    const table = timelineSync(events, { ...options, engine });
    return [table.get(0, "timestamp"), table.schema[0]?.zoned];
  };
  assertEquals(first(days, {}), ["2024-04-26", false]);
  assertEquals(first(days, { zone }), ["2024-04-26", false]);
  assertEquals(first(days, { zone, by: "day" }), ["2024-04-26", false]);
  // Midnight of 2024-04-26 was skipped: its day began at 01:00 (+03:00).
  assertEquals(first(days, { zone, by: "hour" }), [
    "2024-04-25T22:00:00Z",
    true,
  ]);
  assertEquals(first(days, { by: "hour" }), ["2024-04-26T00:00:00", false]);
  const local = ["2024-04-25T23:45", "2024-04-27T00:15"];
  const times = { timestamp: columnOf("timestamp", local), change };
  assertEquals(first(times, {}), ["2024-04-25T23:45:00", false]);
  assertEquals(first(times, { by: "hour" }), ["2024-04-25T23:00:00", false]);
  assertEquals(first(times, { zone, by: "hour" }), [
    "2024-04-25T21:00:00Z",
    true,
  ]);
  assertEquals(first(times, { zone, by: "day" }), ["2024-04-25", false]);
});

Deno.test("timeline() refuses zones that do not exist, by name", () => {
  for (const zone of ["Mars/Base", "", "Europe/Berlin\0", "+25:00", "utc+1"]) {
    const error = assertThrows(() => timelineSync([], { zone }), RangeError);
    assert(error.message.includes(JSON.stringify(zone)), error.message);
  }
  assertEquals(timelineSync([], { zone: "europe/berlin" }).numRows, 0);
});
